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

it("a sealed cookie can be opened again", async () => {
  expect(await openSession(await sealSession(session), now)).toEqual(session);
  expect(await openSignIn(await sealSignIn(signIn, now), now)).toEqual(signIn);
});

describe("a cookie", () => {
  it("is refused as a session if it was sealed for a sign-in, whatever it holds", async () => {
    expect(await openSession(await sealSignIn(both, now), now)).toBeUndefined();
    expect(await openSession(await sealed(both, { audience: "gatehouse-sign-in", expires: at + 60 }), now)).toBeUndefined();
  });

  it("is refused as a sign-in if it was sealed for a session, whatever it holds", async () => {
    expect(await openSignIn(await sealed(both, { audience: "gatehouse-session", expires: at + 60 }), now)).toBeUndefined();
  });

  it("is accepted if it has the right audience", async () => {
    expect(await openSession(await sealed(both, { audience: "gatehouse-session", expires: at + 60 }), now)).toEqual(session);
    expect(await openSignIn(await sealed(both, { audience: "gatehouse-sign-in", expires: at + 60 }), now)).toEqual(signIn);
  });
});

describe("a session's cookie is refused", () => {
  it.each([
    { given: "without an audience", options: { expires: at + 60 } },
    { given: "without an end", options: { audience: "gatehouse-session" } },
    { given: "after its end", options: { audience: "gatehouse-session", expires: at - 1 } },
  ])("$given", async ({ options }) => expect(await openSession(await sealed(both, options), now)).toBeUndefined());

  it.each(["id", "subject", "name", "issuedAt", "seenAt"])("without %s", async (name) => {
    const claims = { ...both, [name]: undefined };
    expect(await openSession(await sealed(claims, { audience: "gatehouse-session", expires: at + 60 }), now)).toBeUndefined();
  });

  it("by each page that needs a role, if its role is unknown", async () => {
    const token = await sealed({ ...both, role: "Owner" }, { audience: "gatehouse-session", expires: at + 60 });
    expect(await openSession(token, now)).toEqual({ ...session, role: undefined });
  });
});

it.each(["state", "nonce", "verifier", "returnTo"])("a sign-in's cookie is refused without %s", async (name) => {
  const claims = { ...both, [name]: undefined };
  expect(await openSignIn(await sealed(claims, { audience: "gatehouse-sign-in", expires: at + 60 }), now)).toBeUndefined();
});

it("a session begins at the present time, with a new unique id", () => {
  const who = { subject: "oid-1", name: "Kim", role: "Reader" } as const;
  const [one, other] = [newSession(who, now), newSession(who, now)];
  expect(one).toEqual({ ...who, id: expect.stringMatching(/^[\w-]{24}$/), issuedAt: at, seenAt: at, roleAt: at });
  expect(other.id).not.toBe(one.id);
});

it.each([
  { when: "within ten minutes", seconds: SIGN_IN_SECONDS - 1, opens: true },
  { when: "after ten minutes", seconds: SIGN_IN_SECONDS, opens: false },
])("a sign-in's cookie is accepted: $opens, $when", async ({ seconds, opens }) => {
  const opened = await openSignIn(await sealSignIn(signIn, now), new Date(now.getTime() + seconds * 1_000));
  expect(opened !== undefined).toBe(opens);
});

describe("a form token", () => {
  it("is accepted only in its own session", () => {
    expect(isFormToken(session, formToken(session))).toBe(true);
    expect(isFormToken({ ...session, id: "j" }, formToken(session))).toBe(false);
    expect(isFormToken(session, seals("another secret").formToken(session))).toBe(false);
    expect(isFormToken(session, "")).toBe(false);
  });
});

describe("a sealed renewal token", () => {
  const { sealRenewal, openRenewal } = seals(SECRET);
  it("is accepted only in its own session and for its own purpose", async () => {
    const renewal = await sealRenewal(session, "refresh-token");
    expect(renewal).not.toContain("refresh-token");
    expect(await openRenewal(session, renewal, now)).toBe("refresh-token");
    expect(await openRenewal({ ...session, id: "another" }, renewal, now)).toBeUndefined();
    expect(await openRenewal(session, await sealSession(session), now)).toBeUndefined();
    expect(await openSession(renewal, now)).toBeUndefined();
    expect(await seals("another key").openRenewal(session, renewal, now)).toBeUndefined();
  });
});
