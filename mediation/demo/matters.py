"""What the visits of the demo are about, and what is written down about them."""

from datetime import date

from ..visit_content import AssistanceContent
from .dice import Dice
from .households import Household, Someone

# topic: (weight for a child under 7, at school age, for an adult), kind of institution, actions
TOPICS = {
    "preschool": ((8, 0, 1), "council", ("information", "form_help", "accompaniment")),
    "school_enrolment": ((3, 5, 0), "school", ("form_help", "mediation", "accompaniment")),
    "school_attendance": ((0, 12, 0), "school", ("motivation", "mediation", "follow_up")),
    "adult_learning": ((0, 0, 2), "employment_agency", ("information", "motivation")),
    "employment": ((0, 0, 9), "employment_agency", ("information", "accompaniment", "form_help")),
    "social_benefits": ((2, 1, 11), "social_service", ("form_help", "information", "mediation")),
    "debts": ((0, 0, 3), "council", ("information", "mediation")),
    "housing": ((0, 0, 6), "council", ("mediation", "form_help", "follow_up")),
    "health": ((4, 2, 5), None, ("information", "accompaniment", "interpretation")),
    "documents": ((2, 1, 8), "council", ("form_help", "accompaniment", "information")),
    "child_rights": ((2, 2, 1), "social_service", ("information", "mediation")),
    "discrimination": ((0, 1, 1), None, ("information", "mediation")),
    "legal": ((0, 0, 1), None, ("information", "referral")),
    "municipal_services": ((0, 0, 4), "council", ("information", "form_help")),
    "esf_programme": ((0, 0, 5), "employment_agency", ("information", "form_help", "motivation")),
    "dialogue": ((0, 1, 2), "social_service", ("mediation", "interpretation")),
    "culture_youth": ((0, 3, 1), None, ("information", "motivation")),
}
FIRST = {"pending": 55, "informed": 40, "waiting_list": 5}
LAST = {
    "obtained": 52,
    "partly": 14,
    "informed": 12,
    "waiting_list": 7,
    "not_eligible": 5,
    "refused_institution": 4,
    "unavailable": 3,
    "refused_person": 2,
    "pending": 1,
}
NOTES = {
    "preschool": ["Bērnudārzā ir rinda, noskaidrojām vietu tajā.", "Pieteicām bērnudārzam."],
    "school_enrolment": ["Savācām dokumentus skolai.", "Direktore gatava tikties nākamnedēļ."],
    "school_attendance": [
        "Bērns dažas dienas nav bijis skolā: nav ziemas apavu.",
        "Runājām ar klases audzinātāju, kavējumu ir mazāk.",
        "Vienojāmies, ka vakarskola nav vajadzīga, ja pavasarī nokārto ieskaites.",
    ],
    "adult_learning": ["Interesējas par vakarskolu un latviešu valodas kursiem."],
    "employment": [
        "Kopā sagatavojām CV.",
        "Darba devējs lūdz atnākt uz pārrunām.",
        "Reģistrējās nodarbinātības aģentūrā.",
    ],
    "social_benefits": [
        "Beidzies trūcīgas ģimenes statuss, jāiesniedz dokumenti no jauna.",
        "Sociālais dienests lūdz izziņu par ienākumiem.",
        "Pabalsts piešķirts līdz pavasarim.",
    ],
    "debts": ["Parāds par apkuri, vienojās maksāt pa daļām."],
    "housing": ["Dzīvoklī nedarbojas krāsns.", "Ģimene ir pašvaldības dzīvokļu rindā."],
    "health": ["Jāpiesakās pie ģimenes ārsta.", "Pavadīju uz poliklīniku, palīdzēju ar tulkošanu."],
    "documents": ["Pasei beidzies termiņš.", "Bērnam vēl nav dzimšanas apliecības."],
    "child_rights": ["Pārrunājām, kā bāriņtiesa lemj un ko ģimene var darīt."],
    "discrimination": ["Mājas īpašnieks atteica īri, pierakstījām notikušo."],
    "legal": ["Ieteicu valsts nodrošināto juridisko palīdzību."],
    "municipal_services": ["Noskaidrojām, kur pieteikt brīvpusdienas un transportu."],
    "esf_programme": ["Interesē projekts ar apmācībām, iesniedzām pieteikumu."],
    "dialogue": ["Tikāmies trijatā ar dienestu, runāja mierīgi un atklāti."],
    "culture_youth": ["Uzaicināju uz jauniešu nometni.", "Meitene vēlas dejot kolektīvā."],
}  # fmt: skip
NEXT_STEPS = {
    "preschool": "Piezvanīt bērnudārzam par vietu rindā",
    "school_enrolment": "Tikties ar skolas direktori",
    "school_attendance": "Pajautāt klases audzinātājai par kavējumiem",
    "employment": "Atgādināt par pārrunām",
    "social_benefits": "Pārbaudīt, vai iesniegums saņemts",
    "housing": "Zvanīt dzīvokļu nodaļai",
    "documents": "Pavadīt uz migrācijas pārvaldi",
    "health": "Atgādināt par vizīti pie ārsta",
}
ANY_NEXT_STEP = "Piezvanīt un pajautāt, kā veicas"
UNHURRIED = [
    "Saruna bija ilga un labā gaisotnē.",
    "Ģimene lūdza atnākt vēlreiz.",
    "Runājām romu valodā.",
]
JUST_TALKED = [
    "Iepazināmies, pastāstīju par mediatora darbu.",
    "Pārrunājām, kā ģimenei klājas; palīdzība šobrīd nav vajadzīga.",
    "Vienojāmies, kad tikties nākamreiz.",
]


def matters_of(dice: Dice, someone: Someone, day: date) -> list[str]:
    """What occupies a person in these months: one to three topics that fit their age."""
    age = someone.age(day)
    column = 0 if age < 7 else 1 if age < 18 else 2
    weights = {topic: weight[column] for topic, (weight, _, _) in TOPICS.items() if weight[column]}
    return list({dice.one_of(weights) for _ in range(dice.choice([1, 1, 2, 2, 3]))})


def assistance_for(
    dice: Dice, household: Household, someone: Someone, day: date, *, is_last: bool
) -> list[AssistanceContent]:
    """Help for one person on one or two of their matters; the last visit brings results."""
    matters = household.matters.setdefault(someone, sorted(matters_of(dice, someone, day)))
    topics = dice.sample(matters, min(len(matters), dice.choice([1, 1, 1, 2])))
    return [_help(dice, household, someone, topic, is_last=is_last) for topic in sorted(topics)]


def _help(
    dice: Dice, household: Household, someone: Someone, topic: str, *, is_last: bool
) -> AssistanceContent:
    _, kind, actions = TOPICS[topic]
    institution = household.work.institutions[kind] if kind and dice.happens(0.55) else None
    return AssistanceContent(
        person=someone.person.pk,
        topic=topic,
        action=dice.choice(actions),
        outcome=dice.one_of(LAST if is_last else FIRST),
        institution=institution.pk if institution else None,
    )


def note_about(dice: Dice, assistance: list[AssistanceContent]) -> str:
    """What the mediator wrote down; often little, sometimes nothing."""
    if not assistance:
        return dice.choice(JUST_TALKED) if dice.happens(0.6) else ""
    sentences = [dice.choice(NOTES[each.topic]) for each in assistance[:2]]
    sentences = list(dict.fromkeys(sentences))
    if dice.happens(0.25):
        sentences.append(dice.choice(UNHURRIED))
    return " ".join(sentences) if dice.happens(0.72) else ""


def next_step_about(assistance: list[AssistanceContent]) -> str:
    """What is to be done next."""
    return NEXT_STEPS.get(assistance[0].topic, ANY_NEXT_STEP) if assistance else ANY_NEXT_STEP
