import { accessList, beforeCreateUser } from "../..";
import { type Call, hang, json, refuse, rowsOf } from "../adapters/aws/aws-double";
import { asking, assertInContract, surroundings } from "./invoke";

const policy = beforeCreateUser([accessList({ otherwise: "continue" })]);
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
  ])("that is $is turns everyone away in their language, rings, and names nobody", async ({ answer }) => {
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

  it("that does not come leaves time for the page", async () => {
    aws.keyWill(hang);
    const answered = await asking({ ...policy, options: { deadlineMs: 600 } })({ body: kim });
    assertInContract(answered, policy.step);
    expect(answered.body.action).toBe("ShowBlockPage");
  });

  it("is read once a process, and again after it could not be read", async () => {
    let reads = 0;
    const key = json({ SecretString: "k".repeat(64) });
    aws.will(rowsOf({}));
    aws.keyWill((...call) => (++reads === 1 ? refuse("AccessDeniedException")(...call) : key(...call)));
    const ask = asking(policy);
    await expect(ask({ body: kim })).resolves.toMatchObject({ body: { action: "ShowBlockPage" } });
    for (let call = 0; call < 3; call++) await expect(ask({ body: kim })).resolves.toMatchObject({ body: { action: "Continue" } });
    expect(reads).toBe(2);
  });

  it("is another's hash under another key: no record, log line or event tells that it is one person", async () => {
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
