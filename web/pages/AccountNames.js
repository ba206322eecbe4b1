/**
 * Writes the name of an account beside its code wherever Fava links to the account.
 *
 * Fava renders in the browser and again whenever something changes, so a MutationObserver follows it. Each link gets
 * one <span>, kept in step with the link's address: doing it twice changes nothing.
 */

const NAME = "account-name";
const LINK = 'a[href*="/account/"]';

const STYLE = `
.${NAME} { margin-left: 0.25em; font-family: var(--font-family); color: var(--text-color-lightest); white-space: normal; }
.${NAME}.doubtful { text-decoration: underline dotted var(--gray); text-underline-offset: 0.2em; }
header .${NAME} { display: none; color: inherit; }
header a:last-of-type > .${NAME} { display: inline; }
`;

/** The account a link leads to, or "". */
function account_of(link) {
  const match = /\/account\/([^/?#]+)/.exec(link.getAttribute("href") ?? "");
  try {
    return match ? decodeURIComponent(match[1]) : "";
  } catch {
    return "";
  }
}

/** What the link itself says, without a name we gave it. */
function code_in(link, span) {
  const said = link.textContent;
  const ours = span?.textContent ?? "";
  return (ours && said.endsWith(ours) ? said.slice(0, -ours.length) : said).trim();
}

/** Give one link its name, if it shows an account's code; other links to an account's page say something else. */
function write(link, known) {
  let span = link.querySelector(`:scope > .${NAME}`);
  const account = account_of(link);
  const code = code_in(link, span);
  const shown = code === account || code === account.slice(account.lastIndexOf(":") + 1);
  const name = shown ? known.names.get(account) : undefined;
  if (!name) {
    span?.remove();
    return;
  }
  if (!span) {
    span = document.createElement("span");
    span.className = NAME;
    // The space is for whoever copies the page as text.
    link.append(" ", span);
  }
  if (span.textContent !== name) {
    const doubtful = known.doubtful.has(account);
    span.textContent = name;
    span.title = doubtful ? known.doubt : "";
    span.classList.toggle("doubtful", doubtful);
  }
}

function write_below(node, known) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    return;
  }
  if (node.matches(LINK)) {
    write(node, known);
  }
  for (const link of node.querySelectorAll(LINK)) {
    write(link, known);
  }
}

function follow(known) {
  write_below(document.body, known);
  new MutationObserver((mutations) => {
    for (const mutation of mutations) {
      if (mutation.type === "attributes") {
        write_below(mutation.target, known);
        continue;
      }
      // A link whose text was replaced has lost its name, or has another one's.
      const at = mutation.target;
      const link = (at.nodeType === Node.ELEMENT_NODE ? at : at.parentElement)?.closest(LINK);
      if (link) {
        write(link, known);
      }
      for (const node of mutation.addedNodes) {
        write_below(node, known);
      }
    }
  }).observe(document.body, {
    attributeFilter: ["href"],
    characterData: true,
    childList: true,
    subtree: true,
  });
}

export default {
  async init({ api }) {
    const { names, doubtful, doubt } = await api.get("names", {});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    follow({ names: new Map(Object.entries(names)), doubtful: new Set(doubtful), doubt });
  },
};
