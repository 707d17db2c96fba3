import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { matchedRoutes } from "hono/route";
import type { BodyData } from "hono/utils/body";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { referenceFor } from "../../engine/sign-up/reference";
import { Layout } from "../parts/layout";
import { visible } from "../parts/value";
import { cookies } from "../session/cookies";
import { endSession, hasEnded } from "../session/ended-sessions";
import { hasRole, type Role } from "../session/roles";
import { epochSeconds, newSession, type Session } from "../session/session";
import { assets } from "../style/assets";
import { frameTexts } from "../texts/frame-texts";
import { type ConsoleLanguage, isLanguage, languages } from "../texts/languages";
import type { AppPorts } from "./ports";
import { securityHeaders } from "./security-headers";
import type { ConsoleRoute, Visit } from "./visit";

/** What a form or a file may have. Lambda itself takes 6 MB, of which base64 costs a quarter. */
export const MAX_BODY_MB = 2;
const MAX_BODY_BYTES = MAX_BODY_MB * 1_024 * 1_024;
/** A session's last use is written down at most that often, in seconds. */
const SEEN_EVERY_SECONDS = 60;
/** Of the parts of a page that read themselves again: nobody need be there, so they keep no session alive. */
const LIVE_HEADER = "X-Gatehouse-Live";

/** The console: the frame around the pages of the route table. */
export function consoleApp(routes: readonly ConsoleRoute[], around: AppPorts): Hono {
  const app = new Hono();
  const jar = cookies(around.scheme);
  const headers = securityHeaders(around.signIn.origin);
  const originOf = (context: Context) => `${around.scheme}://${new URL(context.req.url).host}`;

  function languageOf(context: Context): ConsoleLanguage {
    const asked = context.req.query("lang");
    if (isLanguage(asked)) {
      jar.writeLanguage(context, asked);
      return asked;
    }
    const kept = jar.readLanguage(context);
    if (isLanguage(kept)) return kept;
    const accepted = accepts(context, { header: "Accept-Language", supports: [...languages], default: "en", match: spoken });
    return isLanguage(accepted) ? accepted : "en";
  }

  async function sessionOf(context: Context): Promise<Session | undefined> {
    const token = jar.read(context, "session");
    const session = token === undefined ? undefined : await (await around.seals()).openSession(token, around.now());
    return session === undefined || (await hasEnded(around.world.ledger, session)) ? undefined : session;
  }

  async function keepAlive(context: Context, session: Session): Promise<void> {
    const seenAt = epochSeconds(around.now());
    if (seenAt - session.seenAt < SEEN_EVERY_SECONDS || context.req.header(LIVE_HEADER) !== undefined) return;
    jar.write(context, "session", await (await around.seals()).sealSession({ ...session, seenAt }));
  }

  async function render(context: Context, page: Page): Promise<Response> {
    const language = languageOf(context);
    const { session, title, content, status = 200 } = page;
    const token = session && <FormToken token={(await around.seals()).formToken(session)} />;
    const again = context.req.method === "GET" ? addressesOf(context) : undefined;
    const layout = (
      <Layout title={title} language={language} path={context.req.path} session={session} formToken={token} otherLanguages={again}>
        {content}
      </Layout>
    );
    return await context.html(html`<!DOCTYPE html>${layout}`, status);
  }

  /** A page that says in two sentences what is the matter, and what to do. */
  function explain(context: Context, status: ContentfulStatusCode, said: (t: FrameTexts) => Explanation, session?: Session) {
    const t = frameTexts[languageOf(context)];
    const { title, paragraphs, link } = said(t);
    const content = (
      <>
        {paragraphs.map((text) => (
          <p>{text}</p>
        ))}
        {link === undefined ? null : (
          <p>
            <a class="button" href={link.path}>
              {link.text}
            </a>
          </p>
        )}
      </>
    );
    return render(context, { title, content, status, session });
  }

  const signInAgain = (t: FrameTexts) => ({ path: "/sign-in", text: t.signIn });
  const goHome = (t: FrameTexts) => ({ path: "/", text: t.home });

  async function visitBy(context: Context, session: Session): Promise<Visit> {
    // What is no form has no fields, and so no token: it is refused for that.
    const body =
      context.req.method === "POST" ? await context.req.parseBody({ all: true }).catch(() => ({}) as BodyData<{ all: true }>) : {};
    const all = (name: string) => [body[name] ?? []].flat();
    const language = languageOf(context);
    const queryAsTyped = (name: string) => context.req.query(name) ?? "";
    const fields = (name: string) => all(name).filter((each) => typeof each === "string");
    const token = (await around.seals()).formToken(session);
    return {
      context,
      world: around.world,
      session,
      now: around.now(),
      language,
      say: (texts) => texts[language],
      query: (name) => queryAsTyped(name).trim(),
      queryAsTyped,
      done: (words) => (Object.hasOwn(words, queryAsTyped("done")) ? words[queryAsTyped("done")] : undefined),
      field: (name) => fields(name)[0] ?? "",
      fields,
      file: (name) => all(name).find((each) => each instanceof File),
      formToken: <FormToken token={token} />,
      may: (access) => hasRole(session.role, access),
      page: (title, content, options = {}) => render(context, { title, content, session, ...options }),
      goTo: (path) => context.redirect(path, 303),
    };
  }

  /** Whether a browser says that the request comes from a page of ours. Every browser that runs today sends one of the two. */
  function isOwn(context: Context): boolean {
    const origin = context.req.header("Origin");
    const site = context.req.header("Sec-Fetch-Site");
    if (origin === undefined && site === undefined) return false;
    return (origin === undefined || origin === originOf(context)) && (site === undefined || site === "same-origin");
  }

  async function answer(context: Context, route: ConsoleRoute): Promise<Response> {
    const session = await sessionOf(context);
    if (session === undefined) {
      if (route.method === "POST") {
        return await explain(context, 401, (t) => ({ title: t.sessionOverTitle, paragraphs: [t.sessionOver], link: signInAgain(t) }));
      }
      const { pathname, search } = new URL(context.req.url);
      return context.redirect(`/sign-in?to=${encodeURIComponent(pathname + search)}`, 302);
    }
    if (!hasRole(session.role, route.access)) return await refuse(context, session, route.access as Role);
    const visit = await visitBy(context, session);
    if (route.method === "POST") {
      const genuine = isOwn(context) && (await around.seals()).isFormToken(session, visit.field(FORM_TOKEN));
      if (!genuine)
        return await explain(context, 403, (t) => ({ title: t.foreignTitle, paragraphs: [t.foreign], link: goHome(t) }), session);
    }
    await keepAlive(context, session);
    return await route.handler(visit);
  }

  function refuse(context: Context, session: Session, needed: Role): Promise<Response> {
    if (session.role === undefined) {
      return explain(context, 403, (t) => ({ title: t.noRoleTitle, paragraphs: [t.noRole(visible(session.name))] }), session);
    }
    return explain(
      context,
      403,
      (t) => ({ title: t.forbiddenTitle, paragraphs: [t.forbidden(t.roles[needed])], link: goHome(t) }),
      session,
    );
  }

  async function fail(context: Context, error: unknown): Promise<Response> {
    const reference = referenceFor(randomUUID());
    around.report({ reference, route: routeOf(context), error });
    return await explain(context, 503, (t) => ({ title: t.failedTitle, paragraphs: [t.failed, t.failedReference(reference)] }));
  }

  app.onError((error, context) => fail(context, error));
  app.use(async (context, next) => {
    // What is thrown need not be an Error, and then onError does not get it.
    await next().catch(async (error: unknown) => {
      context.res = await fail(context, error);
    });
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
    if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
  });
  app.use(async (context, next) => {
    const length = Number(context.req.header("Content-Length") ?? 0);
    const tooLarge = length > MAX_BODY_BYTES || (context.req.method === "POST" && (await bodySize(context)) > MAX_BODY_BYTES);
    if (!tooLarge) return await next();
    return await explain(context, 413, (t) => ({ title: t.tooLargeTitle, paragraphs: [t.tooLarge(MAX_BODY_MB)], link: goHome(t) }));
  });

  for (const { path, type, content } of Object.values(assets)) {
    app.get(path, (context) =>
      context.body(content, 200, { "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable" }),
    );
  }

  app.get("/sign-in", async (context) => {
    const { url, state } = await around.signIn.begin(`${originOf(context)}/sign-in/callback`, ownPath(context.req.query("to")));
    jar.write(context, "signIn", await (await around.seals()).sealSignIn(state, around.now()));
    return context.redirect(url.href, 302);
  });
  app.get("/sign-in/callback", async (context) => {
    const sealed = jar.read(context, "signIn");
    const state = sealed === undefined ? undefined : await (await around.seals()).openSignIn(sealed, around.now());
    jar.clear(context, "signIn");
    const { pathname, search } = new URL(context.req.url);
    const reference = referenceFor(randomUUID());
    const signedIn =
      state &&
      (await around.signIn.finish(new URL(`${originOf(context)}${pathname}${search}`), state).catch((error: unknown) => {
        around.report({ reference, route: routeOf(context), error });
        return undefined;
      }));
    if (state === undefined || signedIn === undefined) {
      const paragraphs = (t: FrameTexts) => [t.signInFailed, ...(state === undefined ? [] : [t.failedReference(reference)])];
      return await explain(context, 400, (t) => ({ title: t.signInFailedTitle, paragraphs: paragraphs(t), link: signInAgain(t) }));
    }
    jar.write(context, "session", await (await around.seals()).sealSession(newSession(signedIn, around.now())));
    return context.redirect(state.returnTo, 302);
  });
  app.get("/signed-out", (context) =>
    explain(context, 200, (t) => ({ title: t.signedOutTitle, paragraphs: [t.signedOut], link: signInAgain(t) })),
  );

  const signOut: ConsoleRoute = {
    method: "POST",
    path: "/sign-out",
    access: "signed-in",
    async handler({ context, world, session }) {
      // First here: whatever fails afterwards, this browser holds it no longer.
      jar.clear(context, "session");
      await endSession(world.ledger, session);
      const back = `${originOf(context)}/signed-out`;
      // Signed out here in any case; if the provider cannot be asked, its own session ends by itself.
      const end = await around.signIn.end(back).catch(() => undefined);
      return context.redirect(end?.href ?? back, 303);
    },
  };
  for (const route of [...routes, signOut]) app.on(route.method, route.path, (context) => answer(context, route));

  // What is left of a path that is known was called by a method that it does not have.
  const known = new Set(["/sign-in", "/sign-in/callback", "/signed-out", "/sign-out", ...routes.map(({ path }) => path)]);
  for (const path of known) {
    const allowed = [...routes, signOut].filter((route) => route.path === path).map(({ method }) => method);
    app.all(path, async (context) => {
      context.header("Allow", (allowed.length === 0 ? ["GET"] : allowed).join(", "));
      return await explain(context, 405, (t) => ({ title: t.methodTitle, paragraphs: [t.method], link: goHome(t) }));
    });
  }
  app.notFound((context) => explain(context, 404, (t) => ({ title: t.notFoundTitle, paragraphs: [t.notFound], link: goHome(t) })));
  return app;
}

/** The field of every form that binds it to the session. */
export const FORM_TOKEN = "form-token";

function FormToken({ token }: { readonly token: string }) {
  return <input type="hidden" name={FORM_TOKEN} value={token} />;
}

type FrameTexts = (typeof frameTexts)["en"];

interface Page {
  readonly title: string;
  readonly content: Child;
  readonly status?: ContentfulStatusCode;
  readonly session?: Session | undefined;
}

interface Explanation {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly link?: { readonly path: string; readonly text: string };
}

/** The first language that the browser asks for and we speak: ko-KR is ko. */
function spoken(accepted: readonly { readonly type: string; readonly q: number }[]): string {
  const tags = accepted.toSorted((a, b) => b.q - a.q).map(({ type }) => type.split("-")[0]?.toLowerCase());
  return tags.find(isLanguage) ?? "en";
}

/** A path of this site to go to after signing in; the overview for whatever leads elsewhere. */
function ownPath(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith("/") || !URL.canParse(asked, "https://own.invalid")) return "/";
  const { origin, pathname, search } = new URL(asked, "https://own.invalid");
  // Looked at as it comes out: "/..//elsewhere" has become "//elsewhere", which is another site.
  return origin === "https://own.invalid" && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}

function addressesOf(context: Context): Readonly<Record<ConsoleLanguage, string>> {
  const address = (language: ConsoleLanguage) => {
    const url = new URL(context.req.url);
    url.searchParams.set("lang", language);
    // What a sign-in brought along is good for one use.
    return url.pathname === "/sign-in/callback" ? `/?lang=${language}` : `${url.pathname.replace(/^\/+/, "/")}${url.search}`;
  };
  return { en: address("en"), ko: address("ko") };
}

async function bodySize(context: Context): Promise<number> {
  return (await context.req.raw.clone().arrayBuffer()).byteLength;
}

/** A route as the table has it: addresses may hold what somebody typed, and do not go into logs. */
function routeOf(context: Context): string {
  const path = matchedRoutes(context).find((route) => !route.path.includes("*"))?.path;
  return `${context.req.method} ${path ?? "other"}`;
}
