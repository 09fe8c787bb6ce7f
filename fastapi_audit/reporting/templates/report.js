"use strict";

// Filters: every control of a panel narrows the rows of the list that the panel names.
for (const panel of document.querySelectorAll("[data-filter-for]")) {
  const list = document.getElementById(panel.dataset.filterFor);
  const rows = Array.from(list.querySelectorAll("[data-row]"), (element) => {
    const group = element.closest("[data-group]");
    const heading = group ? group.querySelector("summary").textContent : "";
    const own = element.querySelector("p") || element; // a finding's sentence, without its source lines
    return { element, group, text: `${heading} ${own.textContent}`.toLowerCase() };
  });
  const words = panel.querySelector("[data-words]");
  const keys = Array.from(panel.querySelectorAll("[data-key]"));
  const shown = panel.querySelector("output");

  const wanted = (control) => (control.type === "checkbox" && !control.checked ? "" : control.value);
  const matches = (row, terms) =>
    terms.every((term) => row.text.includes(term)) &&
    keys.every((control) => !wanted(control) || row.element.dataset[control.dataset.key] === wanted(control));

  const apply = () => {
    const terms = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const groups = new Set();
    let count = 0;
    for (const row of rows) {
      const isShown = matches(row, terms);
      row.element.hidden = !isShown;
      if (isShown) {
        count += 1;
        groups.add(row.group);
      }
    }
    for (const group of list.querySelectorAll("[data-group]")) {
      group.hidden = !groups.has(group);
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };

  panel.addEventListener("input", apply);
  panel.hidden = false;
  apply();
}

// A link to a folded part unfolds it.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.hidden = false;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", unfold);
unfold();

// On paper everything is unfolded.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) {
    details.open = true;
  }
});
