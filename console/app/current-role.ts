import type { Context } from "hono";
import { providerRefusal } from "../session/provider-refusal";
import { epochSeconds, ROLE_LONGEST_SECONDS, ROLE_SECONDS, type Session } from "../session/session";
import { renewSession, type SessionRow } from "../session/session-rows";
import type { SignedIn } from "../session/sign-in";
import { type Frame, report } from "./frame";

/** OAuth's and OpenID Connect's errors by which a provider says that somebody has to sign in again, or may not at all. */
const OVER: ReadonlySet<string | undefined> = new Set([
  "invalid_grant",
  "interaction_required",
  "login_required",
  "consent_required",
  "access_denied",
]);

/**
 * The session with the role that its person has now: asked of Entra every few minutes, so that one taken away counts soon.
 * Undefined if Entra ends it, or could not be asked for too long.
 */
export async function withCurrentRole(frame: Frame, context: Context, session: Session, row: SessionRow): Promise<Session | undefined> {
  const now = epochSeconds(frame.ports.now());
  const age = now - session.roleAt;
  if (age < ROLE_SECONDS) return session;
  const told = await askEntra(frame, context, session, row.renewal);
  if (told === "over" || (told === "unknown" && age >= ROLE_LONGEST_SECONDS)) return undefined;
  if (told === "unknown") return session;
  const current: Session = { ...session, name: told.name, userNames: told.userNames ?? session.userNames, role: told.role, roleAt: now };
  const seals = await frame.ports.seals();
  if (told.renewal !== undefined) {
    const kept = await renewSession(frame.ports.world.ledger, session, row, await seals.sealRenewal(session, told.renewal));
    if (!kept) return undefined;
  }
  frame.cookies.writeSession(context, await seals.sealSession(current));
  return current;
}

async function askEntra(
  frame: Frame,
  context: Context,
  session: Session,
  sealed: string | undefined,
): Promise<SignedIn | "over" | "unknown"> {
  const { ports } = frame;
  const renewal = sealed === undefined ? undefined : await (await ports.seals()).openRenewal(session, sealed, ports.now());
  if (renewal === undefined) return "unknown";
  try {
    const told = await ports.signIn.renew(renewal);
    return told.subject === session.subject ? told : "over";
  } catch (error) {
    const refusal = providerRefusal(error);
    if (OVER.has(refusal?.error)) return "over";
    report(frame, context, error, refusal);
    return "unknown";
  }
}
