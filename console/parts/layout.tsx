import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { MenuItem } from "../app/visit";
import { hasRole } from "../session/roles";
import type { Session } from "../session/session";
import { assets } from "../style/style";
import { frameTexts as t } from "../texts/frame-texts";
import { type ConsoleLanguage, languageNames, languages, pageTexts } from "../texts/languages";
import { Avatar } from "./badge";
import { SubmitButton } from "./forms";
import { Icon, MARK } from "./icon";
import { KeysButton, KeysHelp } from "./keys-help";
import { menuLine } from "./menu";
import { PageHead } from "./page-head";
import { ZoneNote } from "./time";
import { visible } from "./value";

interface LayoutProps {
  readonly title: string;
  readonly language: ConsoleLanguage;
  readonly path: string;
  readonly session?: Session | undefined;
  readonly menu: readonly MenuItem[];
  readonly formToken?: Child;
  /** The address of this page in a language; undefined if the page cannot be loaded again. */
  readonly addressIn?: ((language: ConsoleLanguage) => string) | undefined;
  /** Replaces a plain heading. Null if the page has its heading further down. @default the title */
  readonly head?: Child;
  /** Parts that features show on every page: in the top bar, and before the page. */
  readonly everyPage: readonly { readonly bar: Child; readonly banner: Child }[];
  readonly children?: Child;
}

export function Layout({ title, language, path, session, menu, formToken, addressIn, head, everyPage, children }: LayoutProps) {
  // Partners have one page, and nothing to search.
  const operator = hasRole(session?.role, "Reader") ? session : undefined;
  const others = addressIn && languageLinks(language, addressIn);
  return (
    <html lang={language}>
      <DocumentHead title={title}>
        <meta name="robots" content="noindex" />
        <script type="module" src={assets.adapt.path} />
        <script type="module" src={assets.enhance.path} />
      </DocumentHead>
      <body>
        <a class="skip" href="#content">
          {t.skip}
        </a>
        <header>
          <a class="brand" href="/" aria-label="Gatehouse">
            {raw(MARK)}
            <span>Gatehouse</span>
          </a>
          {operator && menuLine(menu, language, path, operator)}
          {operator && <Find />}
          {everyPage.map(({ bar }) => bar)}
          {session === undefined ? others : account(session, others, formToken)}
        </header>
        <main id="content" tabindex={-1}>
          {everyPage.map(({ banner }) => banner)}
          {head === undefined ? <PageHead title={title} /> : head}
          {children}
          <ZoneNote />
        </main>
        {operator && [<Palette />, <KeysHelp />]}
      </body>
    </html>
  );
}

function account(session: Session, languages: Child, formToken: Child) {
  return (
    <details class="menu account" data-popover>
      <summary>
        <span class="hidden">{t.accountOf(visible(session.name))}</span>
        <Avatar name={session.name} />
      </summary>
      <div class="pop">
        <bdi>{visible(session.name)}</bdi>
        {session.role === undefined ? null : <span class="hint">{t.roles[session.role]}</span>}
        {languages}
        {hasRole(session.role, "Reader") ? <KeysButton /> : null}
        <form method="post" action="/sign-out">
          {formToken}
          <SubmitButton text={t.signOut} class="quiet" />
        </form>
      </div>
    </details>
  );
}

/** Has no button, because a button would be one more stop of the Tab key. */
function Find() {
  return (
    <search>
      <form method="get" action="/search" class="find">
        <Icon name="search" />
        <input type="search" name="q" aria-label={t.find} placeholder={t.findHint} autocomplete="off" spellcheck={false} data-find />
        <kbd>/</kbd>
        <a class="narrow-only" href="/search" aria-label={t.find} data-find>
          <Icon name="search" />
        </a>
      </form>
    </search>
  );
}

function languageLinks(language: ConsoleLanguage, addressIn: (language: ConsoleLanguage) => string) {
  return (
    <nav aria-label={t.language} class="languages">
      {languages
        .filter((each) => each !== language)
        .map((each) => (
          <a href={addressIn(each)} lang={each} hreflang={each}>
            {languageNames[each]}
          </a>
        ))}
    </nav>
  );
}

export function DocumentHead({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Gatehouse`}</title>
      <link rel="icon" href={assets.icon.path} type="image/svg+xml" />
      <link rel="stylesheet" href={assets.style.path} />
      {children}
    </head>
  );
}

/** Searches while somebody types, and finds commands, in browsers that run scripts. Its form leads to the search page. */
export function Palette() {
  return (
    <dialog id="palette" aria-label={paletteTexts.name} data-found={paletteTexts.found} data-none={paletteTexts.none}>
      <form method="get" action="/search">
        <Icon name="search" />
        <input
          name="q"
          role="combobox"
          aria-label={paletteTexts.name}
          aria-autocomplete="list"
          aria-controls="palette-found"
          aria-expanded="false"
          placeholder={paletteTexts.hint}
          autocomplete="off"
          spellcheck={false}
        />
        <kbd>Esc</kbd>
      </form>
      <div id="palette-found" data-results></div>
      <p class="hidden hint" role="status"></p>
      <footer>
        {Object.entries(paletteTexts.keys).map(([keys, means]) => (
          <span>
            {keys.split(" ").map((key) => (
              <kbd>{key}</kbd>
            ))}{" "}
            {means}
          </span>
        ))}
      </footer>
    </dialog>
  );
}

const paletteTexts = pageTexts({
  name: ["Search or run a command", "검색 또는 명령 실행"],
  hint: ["Name, address, domain, entry, code or command", "이름, 주소, 도메인, 항목, 코드 또는 명령"],
  found: ["{count} found", "{count}개를 찾았습니다"],
  none: ["Nothing found. Press Enter to see what you can search for.", "찾은 내용이 없습니다. Enter를 누르면 검색 도움말을 봅니다."],
  keys: {
    "↑ ↓": ["move", "이동"],
    Enter: ["open", "열기"],
    "Ctrl Enter": ["in a new tab", "새 탭에서 열기"],
    ">": ["commands", "명령"],
    "#": ["whole codes", "전체 코드"],
    "@": ["people", "사람"],
  },
});
