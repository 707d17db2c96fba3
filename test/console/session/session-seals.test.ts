import { hkdfSync } from "node:crypto";
import { EncryptJWT } from "jose";
import { epochSeconds, newSession, type Session, SIGN_IN_SECONDS, seals } from "../../../console/session/session";

const SECRET = "a session key of these tests' own";
const { sealSession, openSession, sealSignIn, openSignIn, formToken, isFormToken } = seals(SECRET);
const now = new Date("2026-11-20T12:00:00Z");
const at = epochSeconds(now);
const session: Session = { id: "i", subject: "oid-1", name: "Kim", role: "Reader", issuedAt: at, seenAt: at, roleAt: at };
const signIn = { state: "s", nonce: "n", verifier: "v", returnTo: "/decisions" };
/** Whatever either cookie has to hold. */
const both = { ...session, ...signIn };
const key = new Uint8Array(hkdfSync("sha256", SECRET, "", "gatehouse console cookies", 32));

/** Sealed with the right key, by whoever has it. */
function sealed(claims: Record<string, unknown>, options: { audience?: string; expires?: number } = {}): Promise<string> {
  const { audience, expires } = options;
  const jwt = new EncryptJWT(claims).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
  if (audience !== undefined) jwt.setAudience(audience);
  if (expires !== undefined) jwt.setExpirationTime(expires);
  return jwt.encrypt(key);
}

it("opens what it sealed", async () => {
  expect(await openSession(await sealSession(session), now)).toEqual(session);
  expect(await openSignIn(await sealSignIn(signIn, now), now)).toEqual(signIn);
});

describe("a cookie of one kind never passes for the other", () => {
  it("a sign-in's for a session's, whatever it holds", async () => {
    expect(await openSession(await sealSignIn(both, now), now)).toBeUndefined();
    expect(await openSession(await sealed(both, { audience: "gatehouse-sign-in", expires: at + 60 }), now)).toBeUndefined();
  });

  it("a session's for a sign-in's, whatever it holds", async () => {
    expect(await openSignIn(await sealed(both, { audience: "gatehouse-session", expires: at + 60 }), now)).toBeUndefined();
  });

  it("while the right audience opens them", async () => {
    expect(await openSession(await sealed(both, { audience: "gatehouse-session", expires: at + 60 }), now)).toEqual(session);
    expect(await openSignIn(await sealed(both, { audience: "gatehouse-sign-in", expires: at + 60 }), now)).toEqual(signIn);
  });
});

describe("a session's cookie opens nothing", () => {
  it.each([
    { given: "without an audience", options: { expires: at + 60 } },
    { given: "without an end", options: { audience: "gatehouse-session" } },
    { given: "after its end", options: { audience: "gatehouse-session", expires: at - 1 } },
  ])("$given", async ({ options }) => expect(await openSession(await sealed(both, options), now)).toBeUndefined());

  it.each(["id", "subject", "name", "issuedAt", "seenAt"])("without %s", async (name) => {
    const claims = { ...both, [name]: undefined };
    expect(await openSession(await sealed(claims, { audience: "gatehouse-session", expires: at + 60 }), now)).toBeUndefined();
  });

  it("without a role that we know, but for being signed in", async () => {
    const token = await sealed({ ...both, role: "Owner" }, { audience: "gatehouse-session", expires: at + 60 });
    expect(await openSession(token, now)).toEqual({ ...session, role: undefined });
  });
});

it.each(["state", "nonce", "verifier", "returnTo"])("a sign-in's cookie opens nothing without %s", async (name) => {
  const claims = { ...both, [name]: undefined };
  expect(await openSignIn(await sealed(claims, { audience: "gatehouse-sign-in", expires: at + 60 }), now)).toBeUndefined();
});

it("a session begins now, under an id that no other has", () => {
  const who = { subject: "oid-1", name: "Kim", role: "Reader" } as const;
  const [one, other] = [newSession(who, now), newSession(who, now)];
  expect(one).toEqual({ ...who, id: expect.stringMatching(/^[\w-]{24}$/), issuedAt: at, seenAt: at, roleAt: at });
  expect(other.id).not.toBe(one.id);
});

it.each([
  { when: "within ten minutes", seconds: SIGN_IN_SECONDS - 1, opens: true },
  { when: "after ten minutes", seconds: SIGN_IN_SECONDS, opens: false },
])("a sign-in's cookie opens: $opens, $when", async ({ seconds, opens }) => {
  const opened = await openSignIn(await sealSignIn(signIn, now), new Date(now.getTime() + seconds * 1_000));
  expect(opened !== undefined).toBe(opens);
});

describe("a form's token", () => {
  it("is the session's own", () => {
    expect(isFormToken(session, formToken(session))).toBe(true);
    expect(isFormToken({ ...session, id: "j" }, formToken(session))).toBe(false);
    expect(isFormToken(session, seals("another secret").formToken(session))).toBe(false);
    expect(isFormToken(session, "")).toBe(false);
  });
});

describe("what asks for the role anew", () => {
  const { sealRenewal, openRenewal } = seals(SECRET);
  it("is opened for its own session alone, and for no other purpose", async () => {
    const renewal = await sealRenewal(session, "refresh-token");
    expect(renewal).not.toContain("refresh-token");
    expect(await openRenewal(session, renewal, now)).toBe("refresh-token");
    expect(await openRenewal({ ...session, id: "another" }, renewal, now)).toBeUndefined();
    expect(await openRenewal(session, await sealSession(session), now)).toBeUndefined();
    expect(await openSession(renewal, now)).toBeUndefined();
    expect(await seals("another key").openRenewal(session, renewal, now)).toBeUndefined();
  });
});
