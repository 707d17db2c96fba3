import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { auditBy, carryOut, carryOutEach, type Doing, reviewAct } from "../../adapters/operator/act";
import { makeWorld } from "../../adapters/operator/world";
import { momentId } from "../../adapters/system";
import type { Actor } from "../../engine/audited-change";
import { Alert } from "../parts/forms";
import { CURSOR_PARAMETER } from "../parts/paging";
import { forViewer, zoneFrom } from "../parts/time";
import { shortenText, visible } from "../parts/value";
import { passingParameters, STOP_PARAMETER } from "../parts/with-query";
import { hasAccess, hasRole, REQUESTER, type Role } from "../session/roles";
import { epochSeconds, ROLE_LONGEST_SECONDS, ROLE_SECONDS, type Session } from "../session/session";
import { keepResult, keptResult, liveSession, renewSession, type SessionRow } from "../session/session-rows";
import { providerRefusal, type SignedIn } from "../session/sign-in";
import { frameTexts as t } from "../texts/frame-texts";
import { findText, languages } from "../texts/languages";
import {
  asAnother,
  buildOrigin,
  explainFailure,
  type Frame,
  formToken,
  goHome,
  keptLanguage,
  ownPath,
  render,
  report,
  signInAgain,
} from "./frame";
import { FORM_TOKEN, formPage, keptFields, MOST_KEPT_BYTES, pageOfForms, sentForm } from "./sent-form";
import { noteReturn, RETURN_PARAMETER, ReturnLink } from "./simulator-return";
import { type Asks, type ConsoleRoute, oncePer, oncePerVisit, type Visit } from "./visit";

/** A session's last use is written into the cookie at most once in this time. */
const SEEN_EVERY_SECONDS = 60;
/** Marks the requests of page parts that refresh themselves. Such requests do not keep a session alive, because the visitor may be away. */
const LIVE_HEADER = "X-Gatehouse-Live";

/** True if a script sent the form (browser/questions.ts). The script then handles the answer. */
const isAskedInPlace = ({ req }: Context) => req.header("X-Gatehouse-Asks") !== undefined;

/** The request needs a live session, the page's role and, if it sends a form, the session's token. */
export async function visitPage(frame: Frame, context: Context, route: ConsoleRoute): Promise<Response> {
  const session = await readCurrentSession(frame, context);
  if (session === undefined) return await answerSignedOut(frame, context, route);
  if (!hasAccess(session, route.access)) return await refuse(frame, context, session, route);
  const visit = await visitBy(frame, context, session, route);
  for (const { enter } of frame.features) {
    const enterResult = await enter?.(visit, route);
    if (enterResult instanceof Response) return enterResult;
    Object.assign(visit, enterResult);
  }
  if (route.method === "POST" && !(await isGenuine(frame, visit))) return await refuseForm(frame, context, session, route);
  await keepAlive(frame, context, session);
  noteReturn(frame, context);
  return await forViewer(visit, () => {
    // These parts are read before the handler runs, so that one call reads their rows and the page's rows. If the read fails, the rendering
    // of the page fails.
    if (route.method === "GET" && !route.sendsData && hasRole(session.role, "Reader")) buildPageParts(visit).catch(() => undefined);
    return route.handler(visit);
  });
}

const buildPageParts = oncePerVisit((visit) => Promise.all(visit.features.flatMap(({ everyPage }) => everyPage?.(visit) ?? [])));

/**
 * Returns the session in the sealed cookie, even if the session has ended: only its row shows that. Each request opens the cookie once,
 * although a limit and the page both need the session.
 */
export const readCookieSession = oncePer(async (context: Context, { ports, cookies }: Frame): Promise<Session | undefined> => {
  const token = cookies.readSession(context);
  return token === undefined ? undefined : await (await ports.seals()).openSession(token, ports.now());
});

export async function readCurrentSession(frame: Frame, context: Context): Promise<Session | undefined> {
  const session = await readCookieSession(context, frame);
  if (session === undefined) return undefined;
  const row = await liveSession(frame.ports.world.ledger, session);
  return row && (await withCurrentRole(frame, context, session, row));
}

async function answerSignedOut(frame: Frame, context: Context, { method, hidden }: ConsoleRoute): Promise<Response> {
  const { pathname, search } = new URL(context.req.url);
  if (method !== "POST") return context.redirect(`/sign-in?to=${encodeURIComponent(pathname + search)}`, 302);
  const form = isOwn(frame, context) ? await sentForm(context, MOST_KEPT_BYTES) : {};
  return await explainFailure(frame, context, 401, {
    title: t.sessionOverTitle,
    paragraphs: [t.sessionOver],
    links: [signInAgain(formPage(form))],
    kept: keptFields(form, hidden),
  });
}

/** If the form is ours but from an earlier session, the answer contains what was typed. For a form of another site, it does not. */
async function refuseForm(frame: Frame, context: Context, session: Session, { hidden }: ConsoleRoute): Promise<Response> {
  const form = isOwn(frame, context) ? await sentForm(context) : {};
  const page = formPage(form);
  const message =
    page === undefined
      ? { title: t.foreignTitle, paragraphs: [t.foreign] }
      : { title: t.olderFormTitle, paragraphs: [t.olderForm], links: [{ path: ownPath(page), text: t.formPage }] };
  return await explainFailure(frame, context, 403, { ...message, kept: keptFields(form, hidden) }, session);
}

async function refuse(frame: Frame, context: Context, session: Session, route: ConsoleRoute): Promise<Response> {
  const standing = session.role ?? (hasAccess(session, REQUESTER) ? REQUESTER : undefined);
  const instead = standing && route.instead?.[standing];
  if (instead !== undefined) {
    return context.redirect(
      instead.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(context.req.param(name) ?? "")),
      302,
    );
  }
  const name = visible(session.name);
  const message =
    standing === undefined
      ? { title: t.noRoleTitle, paragraphs: [t.noRole(name), t.noRoleSetUp], links: [asAnother(context)] }
      : {
          title: t.forbiddenTitle,
          paragraphs: [t.forbidden(name, t.roles[standing], t.roles[route.access as Role])],
          links: [goHome(), asAnother(context)],
        };
  return await explainFailure(frame, context, 403, message, session);
}

async function isGenuine(frame: Frame, { context, session, field }: Visit): Promise<boolean> {
  return isOwn(frame, context) && (await frame.ports.seals()).isFormToken(session, field(FORM_TOKEN));
}

/** True if a page of ours sent the form. False without `Origin` and `Sec-Fetch-Site`: every current browser sends one of them. */
function isOwn(frame: Frame, context: Context): boolean {
  const origin = context.req.header("Origin");
  const site = context.req.header("Sec-Fetch-Site");
  if (origin === undefined && site === undefined) return false;
  return (origin === undefined || origin === buildOrigin(frame, context)) && (site === undefined || site === "same-origin");
}

async function keepAlive({ ports, cookies }: Frame, context: Context, session: Session): Promise<void> {
  const seenAt = epochSeconds(ports.now());
  if (seenAt - session.seenAt < SEEN_EVERY_SECONDS || context.req.header(LIVE_HEADER) !== undefined) return;
  cookies.writeSession(context, await (await ports.seals()).sealSession({ ...session, seenAt }));
}

async function visitBy(frame: Frame, context: Context, session: Session, { asks = {} }: ConsoleRoute): Promise<Visit> {
  // A body that is not a form has no token, so it is refused.
  const body = await sentForm(context);
  const all = (name: string) => [body[name] ?? []].flat();
  const language = keptLanguage(frame, context);
  const readTypedQuery = (name: string) => context.req.query(name) ?? "";
  const fields = (name: string) => all(name).filter((each) => typeof each === "string");
  const now = frame.ports.now();
  const author = { by: session.subject, name: session.name };
  const act = momentId(now);
  const { place } = frame.ports.world;
  const isOperator = hasRole(session.role, "Reader");
  const doing = (actor: Partial<Actor> = {}): Doing => ({ actor: { ...author, via: "console", isOperator, ...actor }, now, act });
  const audit = auditBy(frame.trail, { ...author, via: "console" }, () => now);
  const keeping = async () => ({ ledger: frame.ports.world.ledger, seals: await frame.ports.seals(), session, now });
  const list = listAsked(context.req.url);
  const unknown = context.req.method === "GET" ? unknownAsks(new URL(context.req.url).searchParams, asks, frame.ports.world.gates) : [];
  const visit: Visit = {
    context,
    world: frame.ports.world,
    features: frame.features,
    session,
    now,
    language,
    zone: zoneFrom(frame.cookies.readZone(context)),
    say: (texts) => texts[language],
    read: (view, query) => view.source(query, makeWorld(view.uses, place)),
    review: (act, targets, input, actor) => reviewAct(act, targets, input, place, doing(actor)),
    carryOut: (act, attempt, actor) => carryOut(act, attempt, place, doing(actor), audit),
    carryOutEach: (act, attempts, actor) => carryOutEach(act, attempts, place, doing(actor), audit),
    query: (name) => readTypedQuery(name).trim(),
    queryAsTyped: readTypedQuery,
    sealCursor: async (position) => (await frame.ports.seals()).sealCursor(list, position, now),
    openCursor: async (cursor) => (await frame.ports.seals()).openCursor(list, cursor, now),
    keepResult: async (result) => await keepResult(await keeping(), result),
    keptResult: async (id) => await keptResult(await keeping(), id),
    done: (words) => findText(words, readTypedQuery("done")),
    field: (name) => fields(name)[0] ?? "",
    fields,
    file: (name) => all(name).find((each) => each instanceof File),
    author,
    act,
    audited: (entry, change) => frame.trail.audited({ ...author, act, ...entry }, now, change),
    recorded: (news) => frame.trail.tell({ ...author, via: "console", outcome: "done", ...news }, now),
    formToken: await formToken(frame, session, pageOfForms(context, body)),
    may: (access) => hasAccess(session, access),
    page: async (title, content, options = {}) =>
      render(frame, context, {
        title,
        content: [<ReturnLink frame={frame} context={context} />, ...unknownNote(unknown), content],
        session,
        // Only operators get these parts: partners and deciders learn nothing about gates.
        everyPage: isOperator ? await buildPageParts(visit) : undefined,
        ...options,
      }),
    goTo: (path) => (isAskedInPlace(context) ? context.body(null, 204, { "X-Gatehouse-Next": path }) : context.redirect(path, 303)),
  };
  return visit;
}

/** Leaves out parameters that do not belong to the search, such as the cursor and the open row. */
function listAsked(address: string): string {
  const { pathname, searchParams } = new URL(address, "https://console.invalid");
  for (const name of [CURSOR_PARAMETER, ...passingParameters]) searchParams.delete(name);
  searchParams.sort();
  return `${pathname}?${searchParams}`;
}

/** Errors of OAuth and OpenID Connect after which people have to sign in again, or may not sign in at all. */
const OVER: ReadonlySet<string | undefined> = new Set([
  "invalid_grant",
  "interaction_required",
  "login_required",
  "consent_required",
  "access_denied",
]);

/**
 * Returns the session. Once its role is ROLE_SECONDS old, asks Entra again, so that a removed role soon has no effect. Undefined if Entra
 * ends the session, if Entra is silent for ROLE_LONGEST_SECONDS, or if the session has ended.
 */
async function withCurrentRole(frame: Frame, context: Context, session: Session, row: SessionRow): Promise<Session | undefined> {
  const now = epochSeconds(frame.ports.now());
  const age = now - session.roleAt;
  if (age < ROLE_SECONDS) return session;
  const answer = await askEntra(frame, context, session, row.renewal);
  if (answer === "over" || (answer === "unknown" && age >= ROLE_LONGEST_SECONDS)) return undefined;
  if (answer === "unknown") return session;
  const { renewal, ...who } = answer;
  const current: Session = { ...session, ...who, roleAt: now };
  const seals = await frame.ports.seals();
  if (renewal !== undefined) {
    const isKept = await renewSession(frame.ports.world.ledger, session, row, await seals.sealRenewal(session, renewal));
    if (!isKept) return undefined;
  }
  frame.cookies.writeSession(context, await seals.sealSession(current));
  return current;
}

async function askEntra(
  frame: Frame,
  context: Context,
  session: Session,
  sealedRenewal: string | undefined,
): Promise<SignedIn | "over" | "unknown"> {
  const { ports } = frame;
  const renewal = sealedRenewal === undefined ? undefined : await (await ports.seals()).openRenewal(session, sealedRenewal, ports.now());
  if (renewal === undefined) return "unknown";
  try {
    const signedIn = await ports.signIn.renew(renewal);
    return signedIn.subject === session.subject ? signedIn : "over";
  } catch (error) {
    const refusal = providerRefusal(error);
    if (OVER.has(refusal?.error)) return "over";
    report(frame, context, error, refusal);
    return "unknown";
  }
}

const everywhere: Asks = {
  lang: languages,
  [RETURN_PARAMETER]: "any",
  [CURSOR_PARAMETER]: "any",
  [STOP_PARAMETER]: ["1"],
  done: "any",
};
const MAX_NAMED = 5;

/** Returns up to MAX_NAMED parameters whose name or value the page does not know. */
export function unknownAsks(query: URLSearchParams, asks: Asks, gates: readonly string[]): readonly string[] {
  const knownAsks: Asks = { ...everywhere, ...asks };
  const unknown = [...query].flatMap(([name, value]) => {
    const values = Object.hasOwn(knownAsks, name) ? knownAsks[name] : undefined;
    const text = value.trim();
    if (text === "" || values === "any") return [];
    if (values === undefined) return [name];
    return (values === "gates" ? gates : values).includes(text) ? [] : [`${name}=${text}`];
  });
  return [...new Set(unknown)].slice(0, MAX_NAMED);
}

/** Without this warning, somebody could mistake the whole list for a filtered one. */
function unknownNote(unknown: readonly string[]): readonly Child[] {
  if (unknown.length === 0) return [];
  return [<Alert kind="warn">{t.noSuchFilter(unknown.map((each) => shortenText(each, 60)).join(", "))}</Alert>];
}
