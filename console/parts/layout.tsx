import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { MenuItem } from "../app/visit";
import { hasRole } from "../session/roles";
import type { Session } from "../session/session";
import { assets } from "../style/assets";
import { frameTexts as t } from "../texts/frame-texts";
import { type ConsoleLanguage, languageNames, languages } from "../texts/languages";
import { Avatar } from "./badge";
import { SubmitButton } from "./forms";
import { Icon, MARK } from "./icon";
import { KeysButton, KeysHelp } from "./keys-help";
import { menuLine } from "./menu";
import { PageHead } from "./page-head";
import { Palette } from "./palette";
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
