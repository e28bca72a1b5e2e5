/* Small comforts; every page works without them. */
(() => {
  "use strict";
  const busy = "aria-busy";

  // A form is sent once: a double tap must not make two visits. Downloads leave the page in place.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-download], [hx-post], [hx-put]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { // after the browser has read the pressed button's value
      for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
        if (!button.disabled) { button.disabled = true; button.setAttribute(busy, "true"); }
      }
    });
  });
  // Back from the next page, or the browser kept this one: everything can be pressed again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll(`button[${busy}]`)) {
      button.disabled = false;
      button.removeAttribute(busy);
    }
  });

  // A changed form is not left by accident.
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-guard]")) changed.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of changed) if (form.isConnected && !form.dataset.sent) event.preventDefault();
  });

  // A filter acts when it is chosen; without this its button does.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  // An open menu closes on Escape and on a press elsewhere.
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // "Show the password": the box is hidden where there is no script to obey it.
  for (const box of document.querySelectorAll("input[data-reveal]")) {
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.addEventListener("change", () => {
      const field = document.getElementById(box.dataset.reveal);
      if (field) field.type = box.checked ? "text" : "password";
    });
  }

  // What went wrong is read first, on a new page and in a part that htmx brought.
  const summary = (root) => root.querySelector("[data-error-summary]")?.focus();
  summary(document);
  document.addEventListener("htmx:afterSwap", (event) => summary(event.target));
})();
