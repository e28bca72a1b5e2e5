/* One more row of a form without asking the server; without this script the button asks it. */
(() => {
  "use strict";
  const add = (button) => {
    const prefix = button.dataset.rowsAdd;
    const rows = document.querySelector(`[data-rows="${prefix}"]`);
    const empty = document.querySelector(`[data-rows-empty="${prefix}"]`);
    const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
    const index = Number(total.value);
    const most = Number(rows.dataset.rowsMost);
    if (index >= most) return;
    const holder = document.createElement("template");
    holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", String(index)).replaceAll("__number__", String(index + 1));
    const row = holder.content.firstElementChild;
    rows.append(row);
    total.value = String(index + 1);
    button.hidden = index + 1 >= most;
    row.querySelector("input:not([type=hidden])").focus();
    row.scrollIntoView({ block: "nearest" });
  };
  for (const button of document.querySelectorAll("[data-rows-add]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      add(button);
    });
  }
})();
