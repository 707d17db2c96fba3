import type { Child } from "hono/jsx";
import { type Access, hasRole } from "../session/roles";
import type { Session } from "../session/session";
import { assets } from "../style/assets";
import { frameTexts } from "../texts/frame-texts";
import { type ConsoleLanguage, languageNames, languages, type PageTexts, pageTexts } from "../texts/languages";
import { visible } from "./value";

interface NavigationItem {
  readonly path: string;
  readonly access: Access;
  readonly name: PageTexts<string>;
}

/** The menu, in its order. */
const navigation: readonly NavigationItem[] = [
  { path: "/", access: "Reader", name: pageTexts("Overview", "개요") },
  { path: "/approvals", access: "Reader", name: pageTexts("Approvals", "승인") },
  { path: "/decisions", access: "Reader", name: pageTexts("Decisions", "결정") },
  { path: "/access-list", access: "Reader", name: pageTexts("Access list", "접근 목록") },
  { path: "/profiles", access: "Reader", name: pageTexts("Profiles", "프로필") },
  { path: "/reference-data", access: "Reader", name: pageTexts("Reference data", "기준 데이터") },
  { path: "/audit", access: "Reader", name: pageTexts("Changes", "변경 내역") },
  { path: "/sessions", access: "Administrator", name: pageTexts("Sessions", "세션") },
];

interface LayoutProps {
  readonly title: string;
  readonly language: ConsoleLanguage;
  readonly path: string;
  /** Undefined on pages for everyone. */
  readonly session?: Session | undefined;
  readonly formToken?: Child;
  /** Addresses of this very page in each language; undefined where it cannot be had again. */
  readonly otherLanguages?: Readonly<Record<ConsoleLanguage, string>> | undefined;
  readonly children?: Child;
}

/** The frame of every page. */
export function Layout({ title, language, path, session, formToken, otherLanguages, children }: LayoutProps) {
  const t = frameTexts[language];
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Gatehouse`}</title>
        <link rel="icon" href={assets.icon.path} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.style.path} />
        <script type="module" src={assets.adapt.path} />
        <script type="module" src={assets.enhance.path} />
      </head>
      <body>
        <a class="skip" href="#content">
          {t.skip}
        </a>
        <header>
          <a class="brand" href="/">
            Gatehouse
          </a>
          {session?.role === undefined ? null : <Menu language={language} path={path} session={session} />}
          {session?.role === undefined ? null : <Find label={t.find} />}
          <div class="who">
            {otherLanguages === undefined ? null : <Languages language={language} addresses={otherLanguages} label={t.language} />}
            {session === undefined ? null : (
              <>
                <span>
                  <bdi>{visible(session.name)}</bdi>
                  {session.role === undefined ? null : <small> {t.roles[session.role]}</small>}
                </span>
                <form method="post" action="/sign-out">
                  {formToken}
                  <button type="submit" class="quiet">
                    {t.signOut}
                  </button>
                </form>
              </>
            )}
          </div>
        </header>
        <main id="content" tabindex={-1}>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** One field for whatever somebody has in hand. Enter sends it: a button would be one more stop for those who go by keyboard. */
function Find({ label }: { readonly label: string }) {
  return (
    <search>
      <form method="get" action="/search" class="find">
        <input type="search" name="q" aria-label={label} placeholder={label} autocomplete="off" spellcheck={false} data-find />
      </form>
    </search>
  );
}

function Menu({ language, path, session }: { readonly language: ConsoleLanguage; readonly path: string; readonly session: Session }) {
  const items = navigation.filter(({ access }) => hasRole(session.role, access));
  const isHere = (each: string) => path === each || (each !== "/" && path.startsWith(`${each}/`));
  return (
    <nav aria-label={frameTexts[language].menu}>
      <ul>
        {items.map((item) => (
          <li>
            <a href={item.path} aria-current={isHere(item.path) ? "page" : undefined}>
              {item.name[language]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface LanguagesProps {
  readonly language: ConsoleLanguage;
  readonly addresses: Readonly<Record<ConsoleLanguage, string>>;
  readonly label: string;
}

function Languages({ language, addresses, label }: LanguagesProps) {
  return (
    <nav aria-label={label} class="languages">
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
