import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import type { SeenPasswords } from "../../../adapters/aws/credentials";
import { credentialsCheck } from "../../../adapters/aws/credentials";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const START = Date.parse("2026-03-01T12:00:00Z");
const now = { username: "entra", password: "now" };
const before = { username: "entra", password: "before" };

interface Version {
  readonly SecretString?: string;
  readonly CreatedDate?: number;
}

const notFound = () => {
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret value", 400, {});
};

/** A secret with its versions, a clock to turn, and a count of the times it was read. */
function secret(current: object | string | undefined, previous?: object | string, rotatedAt = START - 30 * 24 * HOUR) {
  const version = (value: object | string): Version => ({
    SecretString: typeof value === "string" ? value : JSON.stringify(value),
    CreatedDate: rotatedAt / SECOND,
  });
  const state = { current, previous, rotatedAt, time: START, reads: 0, gone: false, ledgerGone: false };
  const call = async (_: string, { VersionStage }: { VersionStage: string }) => {
    if (VersionStage === "AWSCURRENT") state.reads++;
    if (state.gone) throw new Error("connect ETIMEDOUT");
    const value = VersionStage === "AWSCURRENT" ? state.current : state.previous;
    return value === undefined ? notFound() : { ...version(value), VersionId: "new", CreatedDate: state.rotatedAt / SECOND };
  };
  const noted = new Set<string>();
  const previousNoted: string[] = [];
  const seen: SeenPasswords = {
    has: async (versionId, step) => noted.has(`${versionId}/${step}`),
    add: async (versionId, step) => {
      if (state.ledgerGone) throw new Error("connect ETIMEDOUT");
      noted.add(`${versionId}/${step}`);
    },
    previousAt: async () => undefined,
    addPrevious: async (versionId, step, at) => {
      if (state.ledgerGone) throw new Error("connect ETIMEDOUT");
      previousNoted.push(`${versionId}/${step} ${at.getTime() - START}`);
    },
  };
  const { check: passedAs } = credentialsCheck({ call, warm: () => undefined } as unknown as AwsClient, {
    secretId: "id",
    seen,
    now: () => state.time,
  });
  const passes = async (shown: { username: string; password: string }) => (await passedAs(shown, "before-create-user")) !== undefined;
  return { state, passes, passedAs, noted, previousNoted };
}

describe("the check of credentials", () => {
  it.each([
    { shown: now, previous: undefined, after: 0, pass: true, when: "they are the current ones" },
    { shown: before, previous: before, after: 0, pass: true, when: "they were rotated away just now" },
    { shown: before, previous: before, after: 24 * HOUR - 1, pass: true, when: "they were rotated away not quite a day ago" },
    { shown: before, previous: before, after: 7 * 24 * HOUR, pass: false, when: "they were rotated away a week ago" },
    { shown: now, previous: before, after: 24 * HOUR, pass: true, when: "they are current, long after a rotation" },
    { shown: before, previous: undefined, after: 0, pass: false, when: "nobody knows them" },
    { shown: { username: "entra", password: "" }, previous: undefined, after: 0, pass: false, when: "the password is empty" },
    { shown: { username: "", password: "now" }, previous: undefined, after: 0, pass: false, when: "the name is empty" },
    { shown: { username: "Entra", password: "now" }, previous: undefined, after: 0, pass: false, when: "the name is in another case" },
    { shown: { username: "now", password: "entra" }, previous: undefined, after: 0, pass: false, when: "they are swapped" },
    { shown: { username: "entra", password: "now " }, previous: undefined, after: 0, pass: false, when: "a blank follows" },
  ])("answers $pass if $when", async ({ shown, previous, after, pass }) => {
    const { passes } = secret(now, previous, START - after);
    expect(await passes(shown)).toBe(pass);
  });

  it("accepts a name and a password only if both come from the same version of the secret", async () => {
    const { passes } = secret({ username: "new", password: "now" }, { username: "old", password: "before" }, START);
    expect(await passes({ username: "new", password: "before" })).toBe(false);
    expect(await passes({ username: "old", password: "now" })).toBe(false);
  });

  it("accepts credentials with any characters", async () => {
    const odd = { username: "엔트라", password: "pa:ss:wörd 🙂" };
    expect(await secret(odd).passes(odd)).toBe(true);
  });
});

describe("after a rotation", () => {
  const [one, other] = ["after-sign-in", "before-create-user"] as const;

  it("the previous password passes for a day, even if the new one was already used", async () => {
    const { state, passedAs } = secret(now, before, START);
    expect(await passedAs(now, one)).toBe("current");
    state.time = START + 24 * HOUR - 1;
    expect(await passedAs(before, one)).toBe("previous");
  });

  it("the previous password still passes after a day, but as overdue, at a step that never used the new one", async () => {
    const { state, passedAs, noted } = secret(now, before, START);
    expect(await passedAs(now, one)).toBe("current");
    expect([...noted]).toEqual(["new/after-sign-in"]);
    state.time = START + 24 * HOUR;
    expect([await passedAs(before, one), await passedAs(before, other)]).toEqual([undefined, "overdue"]);
    expect(await passedAs(now, other)).toBe("current");
    expect(await passedAs(before, other)).toBeUndefined();
  });

  it("the previous password passes for less than a week", async () => {
    const { state, passedAs } = secret(now, before, START);
    state.time = START + 7 * 24 * HOUR - 1;
    expect(await passedAs(before, one)).toBe("overdue");
    state.time += 1;
    expect(await passedAs(before, one)).toBeUndefined();
  });

  it("a caller with the new password passes even if this use cannot be recorded", async () => {
    const { state, passedAs, noted } = secret(now, before, START);
    state.ledgerGone = true;
    expect(await passedAs(now, one)).toBe("current");
    state.ledgerGone = false;
    expect(await passedAs(now, one)).toBe("current");
    expect([...noted]).toEqual(["new/after-sign-in"]);
  });

  it("use of the previous password is recorded once a minute; the caller passes even if recording fails", async () => {
    const { state, passedAs, previousNoted } = secret(now, before, START);
    for (const seconds of [0, 59, 60, 61]) {
      state.time = START + seconds * SECOND;
      expect(await passedAs(before, one)).toBe("previous");
    }
    state.ledgerGone = true;
    expect(await passedAs(before, other)).toBe("previous");
    expect(previousNoted).toEqual(["new/after-sign-in 0", "new/after-sign-in 60000"]);
  });

  it("nothing is recorded if only one password is valid", async () => {
    const alone = secret(now);
    await alone.passedAs(now, one);
    const old = secret(now, before, START - 7 * 24 * HOUR);
    await old.passedAs(now, one);
    expect([...alone.noted, ...old.noted]).toEqual([]);
  });
});

describe("the secret is read", () => {
  it("once a minute for callers with valid credentials", async () => {
    const { state, passes } = secret(now);
    for (let second = 0; second < 180; second++) {
      state.time = START + second * SECOND;
      expect(await passes(now)).toBe(true);
    }
    expect(state.reads).toBe(3);
  });

  it("once in five seconds for callers with wrong credentials", async () => {
    const { state, passes } = secret(now);
    for (let tenth = 0; tenth < 200; tenth++) {
      state.time = START + tenth * 100;
      expect(await passes(before)).toBe(false);
    }
    expect(state.reads).toBeLessThanOrEqual(5);
  });

  it("again for credentials newer than the last read, so that a rotation takes effect at once", async () => {
    const { state, passes } = secret(before);
    expect(await passes(before)).toBe(true);
    Object.assign(state, { current: now, previous: before, rotatedAt: START + 4 * SECOND, time: START + 6 * SECOND });
    expect(await passes(now)).toBe(true);
    expect(await passes(before)).toBe(true);
  });

  it("often enough that a withdrawn password stops passing within a minute", async () => {
    const { state, passes } = secret(before);
    expect(await passes(before)).toBe(true);
    Object.assign(state, { current: now, time: START + 60 * SECOND });
    expect(await passes(before)).toBe(false);
  });
});

describe("if Secrets Manager fails", () => {
  it("the last secret read is used for five minutes, then credentials cannot be checked", async () => {
    const { state, passes } = secret(now, before, START);
    expect(await passes(now)).toBe(true);
    state.gone = true;
    state.time = START + 300 * SECOND;
    expect(await passes(now)).toBe(true);
    expect(await passes(before)).toBe(true);
    // They may be new ones: nobody can tell, which is not the same as wrong.
    await expect(passes({ username: "x", password: "y" })).rejects.toThrow(/did not say/);
    state.time += SECOND;
    await expect(passes(now)).rejects.toThrow("ETIMEDOUT");
  });

  it("credentials cannot be checked if the secret was never read", async () => {
    const { state, passes } = secret(now);
    state.gone = true;
    await expect(passes(now)).rejects.toThrow("ETIMEDOUT");
    await expect(passes(before)).rejects.toThrow("ETIMEDOUT");
  });

  it("not every request waits for Secrets Manager", async () => {
    const { state, passes } = secret(now);
    await passes(now);
    state.gone = true;
    for (let second = 61; second < 121; second++) {
      state.time = START + second * SECOND;
      expect(await passes(now)).toBe(true);
    }
    expect(state.reads).toBeLessThanOrEqual(1 + 12);
  });

  it("Secrets Manager is asked again once it has recovered", async () => {
    const { state, passes } = secret(before);
    await passes(before);
    state.gone = true;
    state.time = START + 301 * SECOND;
    await expect(passes(before)).rejects.toThrow();
    Object.assign(state, { gone: false, current: now, time: START + 307 * SECOND });
    expect(await passes(now)).toBe(true);
  });
});

describe("an unusable secret", () => {
  it.each([
    ["no JSON", "entra:now"],
    ["JSON cut off", '{"username":"entra","password":"now'],
    ["null", "null"],
    ["a text", '"now"'],
    ["a list", '["entra","now"]'],
    ["without a password", '{"username":"now"}'],
    ["without a name", '{"password":"now"}'],
    ["with an empty password", '{"username":"entra now","password":""}'],
    ["with a password that is a number", '{"username":"entra now","password":5}'],
    ["empty", ""],
  ])("of the form %s lets nobody in and is never quoted", async (_, text) => {
    const { passes } = secret(text);
    const error = await passes({ username: "entra", password: "now" }).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/secret/);
    expect(String(error)).not.toContain("now");
  });

  it("lets nobody in if it is missing", async () => {
    await expect(secret(undefined).passes(now)).rejects.toThrow();
  });

  it.each(["entra:before", "null", '{"username":"entra"}', ""])("lets people in again once its value %p is corrected", async (previous) => {
    const { passes } = secret(now, previous, START);
    expect(await passes(now)).toBe(true);
    expect(await passes({ username: "", password: "" })).toBe(false);
  });
});
