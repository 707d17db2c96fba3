import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { type Access, hasRole } from "../session/roles";
import type { Session } from "../session/session";
import { assets } from "../style/assets";
import { frameTexts as t } from "../texts/frame-texts";
import { type ConsoleLanguage, languageNames, languages, type PageTexts } from "../texts/languages";
import { Avatar } from "./badge";
import { DocumentHead } from "./document-head";
import { Icon, type IconName, MARK } from "./icon";
import { KeysHelp } from "./keys-help";
import { PageHead } from "./page-head";
import { Palette } from "./palette";
import { HAND_OVER_PATH } from "./tasks";
import { visible } from "./value";

interface NavigationItem {
  readonly path: string;
  readonly access: Access;
  readonly name: PageTexts<string>;
  /** The icon in a phone's bottom bar. A page without one is under More there. */
  readonly icon?: IconName;
  /** Which of the menu's numbers is beside it. @default none */
  readonly count?: "inbox" | "approvals";
}

/** The menu, in its order. */
const pages: readonly NavigationItem[] = [
  { path: "/", access: "Reader", name: { en: "Inbox", ko: "할 일" }, icon: "inbox", count: "inbox" },
  { path: "/approvals", access: "Reader", name: { en: "Approvals", ko: "승인" }, icon: "approvals", count: "approvals" },
  { path: "/decisions", access: "Reader", name: { en: "Decisions", ko: "결정" }, icon: "decisions" },
  { path: "/access-list", access: "Reader", name: { en: "Access list", ko: "접근 목록" }, icon: "list" },
  { path: "/people", access: "Reader", name: { en: "People", ko: "사람" } },
  { path: "/audit", access: "Reader", name: { en: "Changes", ko: "변경 내역" } },
];
/** The pages under More. */
const morePages: readonly NavigationItem[] = [
  { path: "/posture", access: "Reader", name: { en: "Gates", ko: "게이트" } },
  { path: "/profiles", access: "Reader", name: { en: "Profiles", ko: "프로필" } },
  { path: "/reference-data", access: "Reader", name: { en: "Reference data", ko: "기준 데이터" } },
  { path: "/incidents", access: "Reader", name: { en: "Incidents", ko: "사고" } },
];

/** The pages that somebody may open, as the menu names them. */
export function pagesFor({ role }: Session, language: ConsoleLanguage): readonly { readonly path: string; readonly name: string }[] {
  return [...pages, ...morePages].filter(({ access }) => hasRole(role, access)).map(({ path, name }) => ({ path, name: name[language] }));
}

interface LayoutProps {
  readonly title: string;
  readonly language: ConsoleLanguage;
  readonly path: string;
  /** Undefined on pages for everyone. */
  readonly session?: Session | undefined;
  readonly formToken?: Child;
  /** Addresses of this very page in each language; undefined where it cannot be had again. */
  readonly otherLanguages?: Readonly<Record<ConsoleLanguage, string>> | undefined;
  /** In place of a plain heading. Null where the page has its heading further down. @default the title */
  readonly head?: Child;
  /** Ahead of it: what concerns every page. */
  readonly banner?: Child;
  readonly children?: Child;
}

/** The frame of every page. */
export function Layout({ title, language, path, session, formToken, otherLanguages, head, banner, children }: LayoutProps) {
  // Partners have one page, and nothing to search.
  const operator = hasRole(session?.role, "Reader") ? session : undefined;
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
          {operator === undefined ? null : <Menu language={language} path={path} session={operator} />}
          {operator === undefined ? null : <Find />}
          {session === undefined ? (
            <Languages language={language} addresses={otherLanguages} />
          ) : (
            <details class="menu account" data-popover>
              <summary>
                <span class="hidden">{t.account(visible(session.name))}</span>
                <Avatar name={session.name} />
              </summary>
              <div class="pop">
                <bdi>{visible(session.name)}</bdi>
                {session.role === undefined ? null : <span class="hint">{t.roles[session.role]}</span>}
                <Languages language={language} addresses={otherLanguages} />
                {hasRole(session.role, "Approver") ? <a href={HAND_OVER_PATH}>{t.handOver}</a> : null}
                <form method="post" action="/sign-out">
                  {formToken}
                  <button type="submit" class="quiet">
                    {t.signOut}
                  </button>
                </form>
              </div>
            </details>
          )}
        </header>
        <main id="content" tabindex={-1}>
          {banner}
          {head === undefined ? <PageHead title={title} /> : head}
          {children}
        </main>
        {operator === undefined ? null : (
          <>
            <Palette />
            <KeysHelp />
          </>
        )}
      </body>
    </html>
  );
}

/** The search field. It has no button, which would be one more tab stop; Enter sends it. */
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

/** Along the top, or at a phone's foot: there the pages without an icon are under More. */
function Menu({ language, path, session }: { readonly language: ConsoleLanguage; readonly path: string; readonly session: Session }) {
  const item = ({ path: each, name, icon, count }: NavigationItem) => (
    <a href={each} aria-current={path === each || (each !== "/" && path.startsWith(`${each}/`)) ? "page" : undefined}>
      {icon === undefined ? null : <Icon name={icon} />}
      {name[language]}
      {count === undefined ? null : <span class="count" data-count={count} hidden />}
    </a>
  );
  return (
    <nav aria-label={t.menu} data-counts="/counts">
      <ul>
        {pages.map((each) => (
          <li class={each.icon === undefined ? "wide-only" : undefined}>{item(each)}</li>
        ))}
        <li>
          <details class="menu pages" data-popover>
            <summary>
              <span class="narrow-only">
                <Icon name="menu" />
              </span>
              {t.more}
              <span class="wide-only">
                <Icon name="down" />
              </span>
            </summary>
            <ul class="pop">
              {pages.map((each) => (each.icon === undefined ? <li class="narrow-only">{item(each)}</li> : null))}
              {morePages
                .filter(({ access }) => hasRole(session.role, access))
                .map((each) => (
                  <li>{item(each)}</li>
                ))}
            </ul>
          </details>
        </li>
      </ul>
    </nav>
  );
}

interface LanguagesProps {
  readonly language: ConsoleLanguage;
  readonly addresses: LayoutProps["otherLanguages"];
}

function Languages({ language, addresses }: LanguagesProps) {
  if (addresses === undefined) return null;
  return (
    <nav aria-label={t.language} class="languages">
      {languages
        .filter((each) => each !== language)
        .map((each) => (
          <a href={addresses[each]} lang={each} hreflang={each}>
            {languageNames[each]}
          </a>
        ))}
    </nav>
  );
}
