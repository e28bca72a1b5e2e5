"""Invented people: common names, combined by chance."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from .dice import Dice

# his, hers, the family's
SURNAMES = [
    ("Vītoliņš", "Vītoliņa", "Vītoliņi"),
    ("Kļavenieks", "Kļaveniece", "Kļavenieki"),
    ("Ozolkalns", "Ozolkalna", "Ozolkalni"),
    ("Zvirbulis", "Zvirbule", "Zvirbuļi"),
    ("Dūmiņš", "Dūmiņa", "Dūmiņi"),
    ("Cīrulis", "Cīrule", "Cīruļi"),
    ("Āboliņš", "Āboliņa", "Āboliņi"),
    ("Rudzītis", "Rudzīte", "Rudzīši"),
    ("Strazdiņš", "Strazdiņa", "Strazdiņi"),
    ("Lapkalns", "Lapkalna", "Lapkalni"),
    ("Ķirsis", "Ķirse", "Ķirši"),
    ("Žagars", "Žagare", "Žagari"),
    ("Čakste", "Čakste", "Čakstes"),
    ("Šķēle", "Šķēle", "Šķēles"),
    ("Gulbītis", "Gulbīte", "Gulbīši"),
    ("Pūpols", "Pūpola", "Pūpoli"),
    ("Mežrozis", "Mežroze", "Mežroži"),
    ("Sokolovskis", "Sokolovska", "Sokolovski"),
    ("Morozovs", "Morozova", "Morozovi"),
    ("Vinogradovs", "Vinogradova", "Vinogradovi"),
    ("Ļebedevs", "Ļebedeva", "Ļebedevi"),
    ("Zaharčenko", "Zaharčenko", "Zaharčenko"),
    ("Tihomirovs", "Tihomirova", "Tihomirovi"),
    ("Soloņins", "Soloņina", "Soloņini"),
    ("Jasinskis", "Jasinska", "Jasinski"),
    ("Bahtalis", "Bahtale", "Bahtaļi"),
    ("Luludžis", "Luludža", "Luludži"),
    ("Čirklis", "Čirkle", "Čirkļi"),
    ("Romanovičs", "Romanoviča", "Romanoviči"),
    ("Marcinkēvičs", "Marcinkēviča", "Marcinkēviči"),
    ("Lilovskis", "Lilovska", "Lilovski"),
    ("Kalderaris", "Kalderare", "Kalderari"),
    ("Ģitarskis", "Ģitarska", "Ģitarski"),
    ("Dzeguzis", "Dzeguze", "Dzeguži"),
    ("Priednieks", "Priedniece", "Priednieki"),
    ("Saulgriezis", "Saulgrieze", "Saulgrieži"),
    ("Vanadziņš", "Vanadziņa", "Vanadziņi"),
    ("Lagzdiņš", "Lagzdiņa", "Lagzdiņi"),
    ("Rasnacis", "Rasnace", "Rasnači"),
    ("Skujenieks", "Skujeniece", "Skujenieki"),
    ("Ceriņš", "Ceriņa", "Ceriņi"),
    ("Pīlādzis", "Pīlādze", "Pīlādži"),
    ("Tērauds", "Tērauda", "Tēraudi"),
    ("Bondarenko", "Bondarenko", "Bondarenko"),
    ("Gorbunovs", "Gorbunova", "Gorbunovi"),
    ("Žuravļovs", "Žuravļova", "Žuravļovi"),
    ("Kastanjētis", "Kastanjēte", "Kastanjētes"),
    ("Vagaris", "Vagare", "Vagari"),
    ("Zvaniņš", "Zvaniņa", "Zvaniņi"),
    ("Melalovs", "Melalova", "Melalovi"),
]
MALE = [
    "Jānis", "Mārtiņš", "Kristaps", "Andris", "Raivis", "Ēriks", "Dāvids", "Roberts", "Ņikita",
    "Aleksandrs", "Sergejs", "Igors", "Vladislavs", "Romāns", "Artūrs", "Kaspars", "Elvis",
    "Markuss", "Zigmārs", "Lačo", "Brajans", "Rainers", "Olivers", "Džastins", "Imants", "Fjodors",
    "Mihails", "Edvīns", "Rihards", "Čangalis",
]  # fmt: skip
FEMALE = [
    "Anna", "Līga", "Zane", "Kristīne", "Santa", "Ilze", "Sandra", "Rubīna", "Mirela", "Zāra",
    "Lola", "Sāra", "Gita", "Olga", "Tatjana", "Nadežda", "Jeļena", "Kamilla", "Šarlote", "Evelīna",
    "Laura", "Madara", "Ņina", "Vanesa", "Džesika", "Karmena", "Roza", "Valentīna", "Agnese",
    "Žanete",
]  # fmt: skip


@dataclass(frozen=True)
class Surname:
    """A family name in its three forms."""

    his: str
    hers: str
    family: str

    def of(self, sex: str) -> str:
        return self.hers if sex == "female" else self.his


def surnames(dice: Dice) -> Iterator[Surname]:
    """Family names without end; each is used about as often as the others."""
    every = [Surname(*forms) for forms in SURNAMES]
    while True:
        dice.shuffle(every)
        yield from every


def given_names(dice: Dice, sex: str) -> Iterator[str]:
    """Given names without end; none comes twice in one family."""
    names = list(FEMALE if sex == "female" else MALE)
    dice.shuffle(names)
    return itertools.cycle(names)


def telephones() -> Iterator[str]:
    """Telephone numbers of a range that nobody uses."""
    return (f"+371 2000 0{number:03}" for number in itertools.cycle(range(1000)))
