/**
 * Opens and closes the lines of a unit, and shows a new choice at once.
 *
 * Everything works on the page the server made; without this script the page still shows all its sums, and the
 * button of the form still works.
 */

/** Open or close the lines a toggle stands for. */
function toggle(button, open) {
  const lines = document.getElementById(button.getAttribute("aria-controls"));
  if (lines) {
    lines.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }
}

function bind(page) {
  // Fava calls on every load of the page, also when nothing was replaced.
  if (page.dataset.bound) {
    return;
  }
  page.dataset.bound = "true";
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button.ex-toggle");
    const all = event.target.closest("button.ex-all");
    if (button) {
      toggle(button, button.getAttribute("aria-expanded") !== "true");
    } else if (all) {
      for (const each of page.querySelectorAll("button.ex-toggle")) {
        toggle(each, all.dataset.open === "true");
      }
    }
  });
  const form = page.querySelector("form.ex-choice");
  form?.addEventListener("change", () => form.requestSubmit());
}

export default {
  onExtensionPageLoad() {
    for (const page of document.querySelectorAll(".ex-page")) {
      bind(page);
    }
  },
};
