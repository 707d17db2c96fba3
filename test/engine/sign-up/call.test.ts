import { buildFingerprint, callIds, fingerprintOfBody, readReference, referenceFor } from "../../../engine/sign-up/call";
import { keyedHash } from "../../../engine/sign-up/person";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { hashOf } from "./people";

const NOW = new Date("2026-06-15T12:00:30Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const kim: SignUp = {
  step: "before-create-user",
  email: "kim@contoso.com",
  identities: [{ issuer: "google.com", issuerAssignedId: "1184" }],
  attributes: { city: "Seoul", surname: "Lee" },
  locales: ["ko-KR"],
  source: "b2b",
};

describe("the key of a call's decision", () => {
  const [id] = callIds(buildFingerprint(kim), NOW, hashOf);

  it("is equal for the same call within a minute, whatever the order of its claims", () => {
    const reordered = { ...kim, attributes: { surname: "Lee", city: "Seoul" } };
    expect(callIds(buildFingerprint(reordered), later(29), hashOf)[0]).toBe(id);
  });

  it("does not depend on the long names of the claims", () =>
    expect(buildFingerprint({ ...kim, longNames: { extension_Code: "extension_x_Code" } })).toBe(buildFingerprint(kim)));

  it("is found for thirty seconds, even if the next minute has begun", () => {
    const last = new Date("2026-06-15T12:00:59.999Z");
    const [lastId] = callIds(buildFingerprint(kim), last, hashOf);
    expect(callIds(buildFingerprint(kim), new Date(last.getTime() + 30_000), hashOf)).toContain(lastId);
    expect(callIds(buildFingerprint(kim), later(1), hashOf)).toHaveLength(1);
    expect(callIds(buildFingerprint(kim), later(120), hashOf)).not.toContain(id);
  });

  it.each<[string, Partial<SignUp>]>([
    ["another step", { step: "after-sign-in" }],
    ["another gate", { gate: "partners" }],
    ["another application", { application: { id: "app-1" } }],
    ["another sign-in", { correlationId: "sign-in-1" }],
    ["another address", { email: "lee@contoso.com" }],
    ["another account", { identities: [{ issuer: "google.com", issuerAssignedId: "1185" }] }],
    ["another attribute", { attributes: { city: "Busan", surname: "Lee" } }],
    ["another language", { locales: ["en"] }],
  ])("differs for %s", (_, change) => expect(callIds(buildFingerprint({ ...kim, ...change }), NOW, hashOf)).not.toContain(id));

  it("differs for another salt", () => expect(callIds(buildFingerprint(kim), NOW, keyedHash("other"))).not.toContain(id));

  it("reveals nothing of the call, and is valid in a URL and a row's key", () => {
    const minutes = Array.from({ length: 200 }, (_, minute) => callIds(buildFingerprint(kim), later(60 * minute), hashOf)[0]);
    for (const each of minutes) expect(each).toMatch(/^[\w-]{22}$/);
    expect(minutes.join("")).toMatch(/[_-]/);
  });

  it("depends on step, gate and body if the body is unreadable", () => {
    const prints = [
      fingerprintOfBody("after-sign-in", undefined, "{"),
      fingerprintOfBody("before-create-user", undefined, "{"),
      fingerprintOfBody("before-create-user", "partners", "{"),
      fingerprintOfBody("before-create-user", undefined, "["),
    ];
    expect(new Set(prints).size).toBe(4);
  });
});

describe("a reference code", () => {
  it("is equal for the same decision", () => expect(referenceFor("id")).toBe(referenceFor("id")));

  it("differs for another decision", () => expect(referenceFor("another")).not.toBe(referenceFor("id")));

  it("contains only letters and digits that are clear on the telephone", () => {
    for (let id = 0; id < 1_000; id++) {
      expect(referenceFor(String(id))).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4}$/);
    }
  });

  it("is unique among ten thousand decisions", () => {
    const codes = new Set(Array.from({ length: 10_000 }, (_, id) => referenceFor(String(id))));
    expect(codes.size).toBe(10_000);
  });

  it("is read in lower case, without its hyphen, or with spaces", () => {
    const code = referenceFor("id");
    for (const typed of [code, code.toLowerCase(), code.replace("-", ""), ` ${code.replace("-", " ")} `])
      expect(readReference(typed)).toBe(code);
  });

  it.each(["", "K7QD", "K7QD-9MX", "K7QD-9MXDD", "K0QD-9MXD", "K7QD-9MX§"])("is not read from %j", (typed) => {
    expect(readReference(typed)).toBeUndefined();
  });
});

it("a call's fingerprint never changes between versions, as rows are found by it", () => {
  const told = { gate: "partners", correlationId: "c-1", application: { id: "app-1", name: "Shop" }, userId: "oid-1" };
  expect(buildFingerprint({ ...kim, ...told })).toBe(
    JSON.stringify([
      kim.step,
      "partners",
      "c-1",
      "app-1",
      kim.email,
      kim.identities,
      Object.entries(kim.attributes).sort(),
      kim.locales,
      "oid-1",
    ]),
  );
  const { email: _, ...nobody } = kim;
  expect(buildFingerprint({ ...nobody, email: "" })).toBe(
    JSON.stringify([kim.step, null, null, null, "", kim.identities, Object.entries(kim.attributes).sort(), kim.locales]),
  );
});

it("a call in a minute's first thirty seconds is also looked up under the minute before", () => {
  const at = (ms: number) => callIds("print", new Date(Date.parse("2026-06-15T12:01:00.000Z") + ms), hashOf).length;
  expect([at(0), at(30_000), at(30_001)]).toEqual([2, 2, 1]);
});
