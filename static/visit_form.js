/* The visit form: keeps the two switches of a member together, counts, and keeps a draft on the
   server while one writes. Nothing is stored in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("[data-visit-form]");
  if (!form) return;
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const ticked = (name) => all(`input[name="${name}"]:checked`);
  const one = (selector) => form.querySelector(selector);

  // -- who was helped was there; who was not there was not helped
  form.addEventListener("change", ({ target }) => {
    const twin = { assisted: "present", present: "assisted" }[target.name];
    if (!twin || target.checked !== (target.name === "assisted")) return;
    const other = target.closest(".member").querySelector(`input[name="${twin}"]`);
    other.checked = target.checked;
  });

  // -- the number field of "other" opens ready to type
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "radio" || target.value !== "other") return;
    one({ minutes: ".other-minutes input", next_step_when: ".other-day input" }[target.name])?.focus();
  });

  // -- one line for each person and topic that is ticked
  const adjust = one("[data-adjust]"), lines = one("[data-lines]"), template = one("[data-line-template]");
  const removed = new Map(); // what was chosen before a tick was taken away comes back with it
  one("[data-without-script]")?.remove();
  const newLine = (pair, person, topic) => {
    const line = removed.get(pair) || template.content.firstElementChild.cloneNode(true);
    line.dataset.pair = pair;
    line.setAttribute("aria-label", `${person.dataset.name}, ${topic.dataset.name}`);
    line.querySelector("[name=help_person]").value = person.value;
    line.querySelector("[name=help_topic]").value = topic.value;
    line.querySelector("[data-line-name]").textContent = person.dataset.name;
    line.querySelector("[data-line-topic]").textContent = topic.dataset.name;
    return line;
  };
  const drawLines = () => {
    if (!adjust.open && !lines.children.length) return;
    const wanted = [];
    for (const person of ticked("assisted")) {
      for (const topic of ticked("topics")) {
        const pair = `${person.value} ${topic.value}`;
        const there = all(`[data-pair="${pair}"]`, lines);
        wanted.push(...(there.length ? there : [newLine(pair, person, topic)]));
      }
    }
    for (const line of all("[data-pair]", lines)) {
      if (!wanted.includes(line)) { removed.set(line.dataset.pair, line); line.remove(); }
    }
    lines.append(...wanted);
    one("[data-no-lines]").hidden = wanted.length > 0;
  };
  adjust.addEventListener("toggle", drawLines);

  // -- what the save bar says
  const show = (name, text) => { const place = one(`[data-count="${name}"]`); if (place) place.textContent = text; };
  const count = () => {
    show("assisted", ticked("assisted").length);
    show("topics", ticked("topics").length);
    const pick = ticked("minutes")[0]?.value;
    show("minutes", (pick === "other" ? one("[name=minutes_other]").value : pick) || "–");
    one("[data-counts]").hidden = false;
  };
  const redraw = () => { drawLines(); count(); };
  form.addEventListener("change", redraw);
  form.addEventListener("input", count);
  redraw();

  // -- a draft on the server, five seconds after a change
  const address = form.dataset.autosave;
  if (!address) return;
  const WAIT = 5000, LONGEST_WAIT = 60000, LONGEST_DRAFT = 4000;
  const say = (text) => { one("[data-draft-state]").textContent = text; };
  let timer = 0, wait = WAIT, running = null, changed = false, stopped = false;

  const keep = async (options = {}) => {
    changed = false;
    const body = new URLSearchParams(new FormData(form));
    body.set("save", "draft");
    try {
      const answer = await fetch(address, { method: "POST", body, redirect: "manual", ...options });
      if (answer.ok) {
        const draft = await answer.json();
        one("[name=version]").value = draft.version;
        wait = WAIT;
        return say(draft.told);
      }
      if (answer.status === 409) stopped = true;
      const known = { 0: "signedOut", 403: "signedOut", 409: "elsewhere", 422: "notKept" };
      say(form.dataset[known[answer.status] || "offline"]);
      if (!(answer.status in known)) again();
    } catch {
      say(form.dataset.offline);
      again();
    }
  };
  const run = () => {
    timer = 0;
    if (stopped || running) return;
    running = keep().finally(() => { running = null; if (changed) later(); });
  };
  const later = () => {
    changed = true;
    if (!timer && !stopped && !running) timer = setTimeout(run, wait);
  };
  const again = () => { changed = true; wait = Math.min(2 * wait, LONGEST_WAIT); };
  form.addEventListener("input", later);
  window.addEventListener("online", () => { if (changed) { clearTimeout(timer); run(); } });

  // Leaving the page keeps what the five seconds had not yet reached.
  const leave = () => {
    if (!changed || stopped || running) return;
    clearTimeout(timer);
    timer = 0;
    running = keep({ keepalive: true }).finally(() => { running = null; });
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });

  // Saving waits for a draft that is on its way, so that the two do not cross.
  form.addEventListener("submit", (event) => {
    stopped = true;
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    const submit = () => { running = null; form.requestSubmit(event.submitter); };
    Promise.race([running, new Promise((done) => { setTimeout(done, LONGEST_DRAFT); })]).then(submit);
  });
  // Back to this page: drafts are kept again.
  window.addEventListener("pageshow", () => { stopped = false; });
})();
