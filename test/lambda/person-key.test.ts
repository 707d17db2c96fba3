import { buildPersonId, keyedHash } from "../../engine/sign-up/person";
import { accessList } from "../../index";
import { type Call, hang, json, refuse, rowsOf } from "../adapters/aws/aws-double";
import { anyPolicy } from "../support/any-policy";
import { asking, assertInContract, surroundings } from "./invoke";

const policy = anyPolicy([accessList({ otherwise: "continue" })]);
const kim = { email: "kim@gmail.com", displayName: "Kim Lee", ui_locales: "ko-KR" };

const referenceIn = (record: Call | undefined) => (record?.input.Item as Record<string, { S: string }> | undefined)?.reference?.S;

describe("the key of people's hashes", () => {
  const { aws, output } = surroundings();

  it.each([
    { is: "missing", answer: refuse("ResourceNotFoundException") },
    { is: "not for us", answer: refuse("AccessDeniedException") },
    { is: "empty", answer: json({ SecretString: "" }) },
    { is: "binary", answer: json({ SecretBinary: "AAAA" }) },
    { is: "too short to be one", answer: json({ SecretString: "changeme" }) },
    { is: "text of another kind", answer: json({ SecretString: `{"key": "${"k".repeat(64)}"}` }) },
  ])("turns everyone away in their language, rings an alarm and names nobody if it is $is", async ({ answer }) => {
    aws.keyWill(answer);
    const answered = await asking(policy)({ body: kim });
    assertInContract(answered, policy.step);
    expect(answered.body).toMatchObject({ action: "ShowBlockPage", userMessage: expect.stringMatching(/[가-힣]/) });
    expect(aws.calls).toEqual([]);
    expect(output.text()).toContain("FailedClosed");
    const record = aws.records.at(-1);
    expect(record?.input).toMatchObject({ Item: { verdict: { S: "block" }, failure: { S: "read" } } });
    expect(answered.body.userMessage).toContain(referenceIn(record));
    expect(record?.body).not.toMatch(/kim|gmail/i);
    expect(output.text()).not.toMatch(/kim|gmail/i);
  });

  it("may never arrive, and the block page is still sent in time", async () => {
    aws.keyWill(hang);
    const answered = await asking({ ...policy, options: { deadline: "600ms" } })({ body: kim });
    assertInContract(answered, policy.step);
    expect(answered.body.action).toBe("ShowBlockPage");
  });

  it("is read again after a failed read, and is then valid for five minutes", async () => {
    let reads = 0;
    const key = json({ SecretString: "k".repeat(64) });
    aws.will(rowsOf({}));
    aws.keyWill((...call) => (++reads === 1 ? refuse("AccessDeniedException")(...call) : key(...call)));
    const ask = asking(policy);
    await expect(ask({ body: kim })).resolves.toMatchObject({ body: { action: "ShowBlockPage" } });
    for (let call = 0; call < 3; call++) await expect(ask({ body: kim })).resolves.toMatchObject({ body: { action: "Continue" } });
    expect(reads).toBe(2);
  });

  describe("after its rotation", () => {
    const NOW = Date.parse("2026-03-01T12:00:00Z");
    const MINUTE = 60_000;
    const keys = ["a", "b"].map((letter) => letter.repeat(64)) as [string, string];
    const [old, young] = keys.map((key) => buildPersonId(kim.email, keyedHash(key)));
    const made = (key: string, at: number) => json({ SecretString: key, CreatedDate: at / 1_000 });
    const personId = () => (aws.records.at(-1)?.input.Item as Record<string, { S: string }> | undefined)?.personId?.S;
    const recordsAskedFor = () => (aws.calls[0]?.input.RequestItems as Record<string, { Keys: object[] }> | undefined)?.decisions?.Keys;

    beforeEach(() => {
      vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
      aws.will(rowsOf({}));
    });
    afterEach(() => vi.useRealTimers());

    it("is used for new rows once every process has had time to read it", async () => {
      aws.keyWill(made(keys[0], NOW - 60 * MINUTE));
      const ask = asking(policy);
      const under = async () => {
        await ask({ body: kim });
        return personId();
      };
      await expect(under()).resolves.toBe(old);
      aws.keyWill(made(keys[1], NOW), made(keys[0], NOW - 60 * MINUTE));
      vi.setSystemTime(NOW + 6 * MINUTE);
      await expect(under()).resolves.toBe(old);
      vi.setSystemTime(NOW + 10 * MINUTE);
      await expect(under()).resolves.toBe(young);
    });

    it("replays the decision stored under the previous key", async () => {
      aws.keyWill(made(keys[1], NOW - 60 * MINUTE), made(keys[0], 0));
      await asking(policy)({ body: kim });
      // Two minutes under two keys, how the gate is set, and whether the domain is a partner's.
      expect(recordsAskedFor()).toHaveLength(6);
      expect(aws.calls.filter(({ operation }) => operation === "BatchGetItem")).toHaveLength(1);
    });

    it.each([
      { is: "is no key", answer: json({ SecretString: "changeme" }) },
      { is: "is the same", answer: json({ SecretString: keys[1] }) },
    ])("causes no further reads if the previous key $is", async ({ answer }) => {
      aws.keyWill(made(keys[1], 0), answer);
      await asking(policy)({ body: kim });
      expect(recordsAskedFor()).toHaveLength(4);
      expect(personId()).toBe(young);
    });

    it("turns everyone away if the previous key is unreadable, because denied people would look unknown", async () => {
      aws.keyWill(made(keys[1], 0), refuse("AccessDeniedException"));
      await expect(asking(policy)({ body: kim })).resolves.toMatchObject({ body: { action: "ShowBlockPage" } });
    });

    it.each([
      { secret: "does not answer", answer: hang, action: "Continue" },
      { secret: "refuses", answer: refuse("AccessDeniedException"), action: "Continue" },
      { secret: "is gone", answer: refuse("ResourceNotFoundException"), action: "ShowBlockPage" },
      { secret: "is malformed since", answer: json({ SecretString: "changeme" }), action: "ShowBlockPage" },
    ])("makes a process that already has a key answer $action if the secret $secret", async ({ answer, action }) => {
      aws.keyWill(made(keys[0], 0));
      const ask = asking(policy);
      await ask({ body: kim });
      vi.setSystemTime(NOW + 6 * MINUTE);
      aws.keyWill(answer);
      await expect(ask({ body: kim })).resolves.toMatchObject({ body: { action } });
    });
  });

  it("makes every id of a person in new records differ from the ids in old records if it is replaced", async () => {
    const idsUnder = async (key: string) => {
      aws.will(rowsOf({}));
      aws.keyWill(json({ SecretString: key.repeat(64) }));
      await asking(policy)({ body: kim });
      const item = aws.records.at(-1)?.input.Item as Record<string, { S: string }>;
      return [item.id?.S, item.personId?.S, item.reference?.S];
    };
    const [one, other] = [await idsUnder("a"), await idsUnder("b")];
    for (const [index, id] of one.entries()) expect(id).not.toBe(other[index]);
  });
});
