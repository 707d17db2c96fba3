import type { Context, Hono } from "hono";
import { type OpenPath, openPaths, REQUESTER } from "../session/roles";
import { newSession } from "../session/session";
import { beginSession, endSession, isFirstRefusal, isFirstUse } from "../session/session-rows";
import { type ProviderRefusal, providerRefusal, type SignedIn } from "../session/sign-in";
import { frameTexts as t } from "../texts/frame-texts";
import { buildOrigin, explainFailure, type Frame, ownPath, report, signInAgain } from "./frame";
import { expectedFrom } from "./simulator-return";
import type { ConsoleRoute, RecordedNews } from "./visit";

/** Unknown codes get general advice: Entra may change its codes. Source: "Microsoft Entra authentication and authorization error codes". */
const refusals: Readonly<Record<string, keyof typeof t.signInAdvice>> = {
  AADSTS50105: "notAssigned",
  AADSTS7000215: "clientSecret",
  AADSTS7000222: "clientSecret",
  invalid_client: "clientSecret",
  AADSTS50011: "redirectUri",
  AADSTS500112: "redirectUri",
  AADSTS700016: "application",
  AADSTS7000229: "application",
  AADSTS90002: "application",
  AADSTS900023: "application",
  AADSTS65001: "consent",
  AADSTS65004: "consent",
  consent_required: "consent",
  AADSTS50020: "otherTenant",
  AADSTS53000: "conditionalAccess",
  AADSTS53001: "conditionalAccess",
  AADSTS53002: "conditionalAccess",
  AADSTS53003: "conditionalAccess",
  AADSTS54005: "tooLate",
  AADSTS70008: "tooLate",
  temporarily_unavailable: "later",
  server_error: "later",
};

export const SESSION_BEGUN = "session.begun";

const openPages: Readonly<Record<OpenPath, (frame: Frame, context: Context) => Promise<Response>>> = {
  "/sign-in": beginSignIn,
  "/sign-in/callback": finishSignIn,
  "/signed-out": (frame, context) =>
    explainFailure(frame, context, 200, { title: t.signedOutTitle, paragraphs: [t.signedOut], links: [signInAgain()] }),
};

export function addSignIn(app: Hono, frame: Frame): void {
  for (const path of openPaths) app.get(path, (context) => openPages[path](frame, context));
}

async function beginSignIn(frame: Frame, context: Context): Promise<Response> {
  const { signIn, seals, now } = frame.ports;
  const prompt = context.req.query("as") === "another" ? "select_account" : undefined;
  const to = ownPath(context.req.query("to"));
  const { url, state } = await signIn.begin(`${buildOrigin(frame, context)}/sign-in/callback`, to, prompt, expectedFrom(frame, to));
  frame.cookies.writeSignIn(context, state.state, await (await seals()).sealSignIn(state, now()));
  return context.redirect(url.href, 302);
}

async function finishSignIn(frame: Frame, context: Context): Promise<Response> {
  const { cookies, ports } = frame;
  const askedState = context.req.query("state") ?? "";
  const sealedSignIn = cookies.readSignIn(context, askedState);
  const seals = await ports.seals();
  const state = sealedSignIn === undefined ? undefined : await seals.openSignIn(sealedSignIn, ports.now());
  cookies.clearSignIn(context, askedState);
  if (sealedSignIn === undefined || state === undefined) return await explainFailure(frame, context, 400, describeUnfinished());
  if (!(await isFirstUse(ports.world.ledger, seals.signInMark(sealedSignIn), ports.now())))
    return await explainFailure(frame, context, 400, { ...describeUnfinished(), paragraphs: [t.signInAdvice.tooLate] });
  const { pathname, search } = new URL(context.req.url);
  let signedIn: SignedIn;
  try {
    signedIn = await ports.signIn.finish(new URL(`${buildOrigin(frame, context)}${pathname}${search}`), state);
  } catch (error) {
    return await answerFailedSignIn(frame, context, error);
  }
  cookies.writeSession(context, await begunSession(frame, signedIn));
  return context.redirect(state.returnTo, 302);
}

async function begunSession({ features, ports, trail }: Frame, { renewal, ...who }: SignedIn): Promise<string> {
  const { world, now } = ports;
  if (renewal === undefined) ports.reportNoRenewal();
  const seals = await ports.seals();
  const session = newSession(who, now());
  const sealedRenewal = renewal === undefined ? undefined : await seals.sealRenewal(session, renewal);
  const entry = {
    by: who.subject,
    name: who.name,
    action: SESSION_BEGUN,
    subject: session.id,
    after: { role: who.role ?? (who.isRequester ? REQUESTER : "") },
  };
  await trail.audited(entry, now(), () => beginSession(world.ledger, session, sealedRenewal));
  await Promise.allSettled(features.map(({ signedIn }) => signedIn?.(world, who, now())));
  return await seals.sealSession(session);
}

async function answerFailedSignIn(frame: Frame, context: Context, error: unknown): Promise<Response> {
  const refusal = providerRefusal(error);
  const reference = report(frame, context, error, refusal);
  // Entra does not name the person it refused.
  const after = { reference, ...(refusal && { error: refusal.error, aadsts: refusal.aadsts }) };
  const news = { by: "unknown", via: "console", action: "session.refused", outcome: "failed", subject: reference, after } as const;
  await tellRefusal(frame, news).catch(() => undefined);
  const why = refusal === undefined ? [t.signInFailed] : refusalWords(refusal);
  return await explainFailure(frame, context, 400, { ...describeUnfinished(), paragraphs: [...why, t.failedReference(reference)] });
}

function refusalWords({ error, aadsts }: ProviderRefusal): readonly string[] {
  const codes = [error, aadsts].filter((code) => code !== undefined).join(", ");
  return [t.signInRefused(codes), t.signInAdvice[refusals[aadsts ?? ""] ?? refusals[error ?? ""] ?? "other"]];
}

/** Adds at most one entry a minute: strangers can cause the entries, and nobody can delete them. The function's log has each refusal. */
async function tellRefusal({ ports: { world, now }, trail }: Frame, news: RecordedNews): Promise<void> {
  if (await isFirstRefusal(world.ledger, now())) await trail.tell(news, now());
}

const describeUnfinished = () => ({ title: t.signInFailedTitle, paragraphs: [t.signInFailed], links: [signInAgain()] });

export function signOutRoute(frame: Frame): ConsoleRoute {
  return {
    method: "POST",
    path: "/sign-out",
    access: "signed-in",
    async handler({ context, world, session }) {
      // The cookie is cleared first, so that this browser is signed out even if a later step fails.
      frame.cookies.clearSession(context);
      await endSession(world.ledger, session);
      const { subject: by, name, id: subject } = session;
      // If the audit log cannot be written, signing out continues.
      await frame.trail
        .tell({ by, name, via: "console", action: "session.left", outcome: "done", subject }, frame.ports.now())
        .catch((error: unknown) => report(frame, context, error));
      const back = `${buildOrigin(frame, context)}/signed-out`;
      // If the provider does not answer, only the provider's own session remains until it expires.
      const end = await frame.ports.signIn.end(back).catch(() => undefined);
      return context.redirect(end?.href ?? back, 303);
    },
  };
}
