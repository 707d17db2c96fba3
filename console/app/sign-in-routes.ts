import type { Context, Hono } from "hono";
import { endSession } from "../session/ended-sessions";
import { newSession } from "../session/session";
import { explainFailure, type Frame, originOf, report, signInAgain } from "./frame";
import type { ConsoleRoute } from "./visit";

/** The pages that need no session, by their paths. */
const openPages = { "/sign-in": beginSignIn, "/sign-in/callback": finishSignIn, "/signed-out": showSignedOut } as const;
export const openPaths = Object.keys(openPages);

export function addSignIn(app: Hono, frame: Frame): void {
  for (const [path, answer] of Object.entries(openPages)) app.get(path, (context) => answer(frame, context));
}

async function beginSignIn(frame: Frame, context: Context): Promise<Response> {
  const { signIn, seals, now } = frame.ports;
  const { url, state } = await signIn.begin(`${originOf(frame, context)}/sign-in/callback`, ownPath(context.req.query("to")));
  frame.cookies.write(context, "signIn", await (await seals()).sealSignIn(state, now()));
  return context.redirect(url.href, 302);
}

async function finishSignIn(frame: Frame, context: Context): Promise<Response> {
  const { cookies, ports } = frame;
  const sealed = cookies.read(context, "signIn");
  const state = sealed === undefined ? undefined : await (await ports.seals()).openSignIn(sealed, ports.now());
  cookies.clear(context, "signIn");
  if (state === undefined) return await signInFailed(frame, context);
  const { pathname, search } = new URL(context.req.url);
  const asked = ports.signIn.finish(new URL(`${originOf(frame, context)}${pathname}${search}`), state);
  const signedIn = await asked.catch((error: unknown) => ({ reference: report(frame, context, error) }));
  if ("reference" in signedIn) return await signInFailed(frame, context, signedIn.reference);
  cookies.write(context, "session", await (await ports.seals()).sealSession(newSession(signedIn, ports.now())));
  return context.redirect(state.returnTo, 302);
}

function signInFailed(frame: Frame, context: Context, reference?: string): Promise<Response> {
  return explainFailure(frame, context, 400, (t) => ({
    title: t.signInFailedTitle,
    paragraphs: reference === undefined ? [t.signInFailed] : [t.signInFailed, t.failedReference(reference)],
    link: signInAgain(t),
  }));
}

function showSignedOut(frame: Frame, context: Context): Promise<Response> {
  return explainFailure(frame, context, 200, (t) => ({ title: t.signedOutTitle, paragraphs: [t.signedOut], link: signInAgain(t) }));
}

export function signOutRoute(frame: Frame): ConsoleRoute {
  return {
    method: "POST",
    path: "/sign-out",
    access: "signed-in",
    async handler({ context, world, session }) {
      // First here: whatever fails afterwards, this browser holds it no longer.
      frame.cookies.clear(context, "session");
      await endSession(world.ledger, session);
      const back = `${originOf(frame, context)}/signed-out`;
      // Signed out here in any case; if the provider cannot be asked, its own session ends by itself.
      const end = await frame.ports.signIn.end(back).catch(() => undefined);
      return context.redirect(end?.href ?? back, 303);
    },
  };
}

/** A path of this site to go to after signing in; the overview for whatever leads elsewhere. */
function ownPath(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith("/") || !URL.canParse(asked, "https://own.invalid")) return "/";
  const { origin, pathname, search } = new URL(asked, "https://own.invalid");
  // Looked at as it comes out: "/..//elsewhere" has become "//elsewhere", which is another site.
  return origin === "https://own.invalid" && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}
