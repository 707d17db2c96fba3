import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SignUp } from "../../../../engine/sign-up/sign-up";
import { LEASE_MS } from "../../../../features/approvals/provisioning";
import { requestId } from "../../../../features/approvals/request";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { approve, claim, deny, submit } from "../../../../features/approvals/transitions";
import { sweeperHandler } from "../../../../features/approvals/worker/sweeper";
import { packageRoot } from "../../../../lib/app-root";
import { hashOf, person } from "../../../engine/sign-up/people";
import { awsWorld, captureOutput } from "../../../lambda/invoke";
import { alice, asking, DAY, HOUR, MINUTE, rowOf } from "../requests";
import { type ApprovalWorld, contextWith, settings, startApprovalWorld } from "./approval-world";

const SECOND = 1_000;
const plenty = contextWith(240 * SECOND);
let count = 0;

function somebody(displayName = "Mina"): SignUp {
  count++;
  const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: `id-${count}` }];
  return person({ email: `person-${count}@example.com`, identities, attributes: { displayName } });
}

let world: ApprovalWorld;
let output: ReturnType<typeof captureOutput>;
let sweeper: ReturnType<typeof sweeperHandler>;

/** Another instance each time, as after a long pause. */
const freshSweeper = () => sweeperHandler(awsWorld());

beforeEach(async () => {
  world = await startApprovalWorld();
  sweeper = freshSweeper();
  output = captureOutput();
});
afterEach(async () => {
  output.release();
  await world.close();
});

const asks = async (signUp: SignUp, changes: Parameters<typeof asking>[0] = {}) =>
  rowOf(await world.store.change(requestId(signUp, hashOf), (stored) => submit(stored, asking({ signUp, ...changes }), new Date())));
const counted = (name: string) => output.lines().filter((line) => name in line).length;

describe("the sweeper after the end of a period", () => {
  it("records that an unanswered request has expired, with the time at which its period ended", async () => {
    const request = await asks(somebody());
    world.pass(14 * DAY - 1);
    await sweeper(undefined, plenty);
    expect((await world.get(request.id)).state).toBe("pending");
    world.pass(HOUR);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toMatchObject({ state: "expired", changedAt: request.answerBy });
  });

  it("asks more people if the period of a stage has ended, names them in the row, and decides nothing", async () => {
    const list = [{ by: ["lee@contoso.com"], need: 1, orElse: ["role:Partners"], withinMinutes: 60 }];
    const request = await asks(somebody(), beginFirstStage(list, false, new Date()));
    world.pass(HOUR - MINUTE);
    await sweeper(undefined, plenty);
    expect((await world.get(request.id)).turn).toBe(request.turn);
    world.pass(2 * MINUTE);
    for (let run = 0; run < 2; run++) await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toMatchObject({ state: "pending", turn: 2, asked: ["lee@contoso.com", "role:Partners"] });
  });

  it("records that an unused pass has expired, and leaves a valid pass unchanged", async () => {
    const [used, good] = [
      await asks(somebody(), { onApproval: "continue" }),
      await asks(somebody(), { onApproval: "continue", passDays: 30 }),
    ];
    for (const { id } of [used, good]) await world.store.change(id, (stored) => approve(stored, { by: alice }, new Date()));
    world.pass(7 * DAY);
    await sweeper(undefined, plenty);
    expect([(await world.get(used.id)).state, (await world.get(good.id)).state]).toEqual(["expired", "approved"]);
  });
});

describe("an account that is not made yet", () => {
  it("is made by the sweeper, which also records the person if the external tenant's tokens are traced", async () => {
    const request = await world.approved(somebody());
    world.pass(LEASE_MS + SECOND);
    const given = awsWorld();
    await sweeperHandler({ ...given, settings: { ...given.settings, TRACED_TENANT: settings.tenantId } })(undefined, plenty);
    const { account, email } = await world.get(request.id);
    expect(await world.noted()).toMatchObject([{ id: `account/${account?.id}`, email }]);
  });

  it("is made after the lease of a dead worker has ended, and not before", async () => {
    const request = await world.approved(somebody());
    rowOf(await world.store.change(request.id, (stored) => claim(stored, { holder: "dead", leaseMs: 2 * LEASE_MS }, new Date())));
    world.pass(2 * LEASE_MS - SECOND);
    await sweeper(undefined, plenty);
    expect((await world.get(request.id)).state).toBe("provisioning");
    world.pass(SECOND);
    await sweeper(undefined, plenty);
    expect((await world.get(request.id)).state).toBe("provisioned");
  });

  it("is tried again when it is due; after an hour the alarm rings", async () => {
    const request = await world.approved(somebody("Gone"));
    world.pass(2 * MINUTE);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toMatchObject({ state: "approved", attempts: 1 });
    world.pass(30 * SECOND);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toMatchObject({ attempts: 1 });
    expect(counted("ProvisioningOverdue")).toBe(0);
    world.pass(HOUR);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toMatchObject({ state: "approved", attempts: 2 });
    expect(counted("ProvisioningOverdue")).toBe(1);
    expect(output.text()).not.toMatch(/example\.com/);
  });

  it("is left to the next run if time is short, and waits if the settings are unusable", async () => {
    const request = await world.approved(somebody());
    world.pass(2 * MINUTE);
    await sweeper(undefined, contextWith(30 * SECOND));
    expect(await world.get(request.id)).toEqual(request);
    world.secret = "{}";
    world.pass(2 * MINUTE);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toEqual(request);
    expect(counted("ApprovalSettingsUnusable")).toBe(1);
    world.secret = JSON.stringify(settings);
    world.pass(2 * MINUTE);
    await sweeper(undefined, plenty);
    expect((await world.get(request.id)).state).toBe("provisioned");
  });

  it("raises the alarm if the policy no longer makes accounts", async () => {
    const { APPROVALS_SECRET } = process.env;
    delete process.env.APPROVALS_SECRET;
    try {
      sweeper = freshSweeper();
    } finally {
      process.env.APPROVALS_SECRET = APPROVALS_SECRET;
    }
    const request = await world.approved(somebody());
    world.pass(2 * HOUR);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toEqual(request);
    expect(counted("ProvisioningOverdue")).toBe(1);
  });

  it("is made once, even if two sweepers handle many accounts at the same time", async () => {
    const requests = [];
    for (let index = 0; index < 25; index++) requests.push(await world.approved(somebody()));
    world.pass(2 * MINUTE);
    await Promise.all([sweeper(undefined, plenty), sweeper(undefined, plenty)]);
    expect(new Set(await Promise.all(requests.map(async ({ id }) => (await world.get(id)).state)))).toEqual(new Set(["provisioned"]));
    expect(world.graph.accounts()).toHaveLength(25);
  });
});

describe("the personal data of finished requests", () => {
  it("is removed after thirty days; state, address and history stay", async () => {
    const request = await asks(somebody());
    rowOf(await world.store.change(request.id, (stored) => deny(stored, { by: alice }, new Date())));
    world.pass(30 * DAY - HOUR);
    await sweeper(undefined, plenty);
    expect((await world.get(request.id)).attributes).not.toEqual({});
    world.pass(2 * DAY);
    await sweeper(undefined, plenty);
    expect(await world.get(request.id)).toMatchObject({ state: "denied", email: request.email, attributes: {}, identities: [] });
  });

  it("is searched for once a day", async () => {
    const request = await asks(somebody());
    rowOf(await world.store.change(request.id, (stored) => deny(stored, { by: alice }, new Date())));
    await sweeper(undefined, plenty);
    const queries = () => world.database.operations().filter((operation) => operation === "Query").length;
    queries();
    world.pass(5 * MINUTE);
    await sweeper(undefined, plenty);
    expect(queries()).toBe(4);
    world.pass(DAY);
    await sweeper(undefined, plenty);
    expect(queries()).toBe(9);
  });
});

it("the sweeper reports once a day how many days remain until the certificate for making accounts ends", async () => {
  const file = (name: string) => readFileSync(join(packageRoot, "test/fixtures/graph", name), "utf8");
  const { clientSecret: _, ...others } = settings;
  world.secret = JSON.stringify({ ...others, certificate: file("certificate.pem"), privateKey: file("private-key.pem") });
  const left = Math.floor((Date.parse(new X509Certificate(file("certificate.pem")).validTo) - Date.now()) / DAY);
  for (let times = 0; times < 3; times++) await sweeper(undefined, plenty);
  expect(output.lines().flatMap(({ CertificateDaysLeft: days }) => (days === undefined ? [] : [days]))).toEqual([left]);
  world.pass(DAY + 1);
  await sweeper(undefined, plenty);
  expect(counted("CertificateDaysLeft")).toBe(2);
});

it("an unreadable row delays nobody, and makes the run fail in the end", async () => {
  const [broken, fine] = [await world.approved(somebody()), await world.approved(somebody())];
  await world.database.client.call("UpdateItem", {
    TableName: "approvals-test",
    Key: { id: { S: broken.id } },
    UpdateExpression: "SET answerBy = :none",
    ExpressionAttributeValues: { ":none": { S: "tomorrow" } },
  });
  world.pass(2 * MINUTE);
  await expect(sweeper(undefined, plenty)).rejects.toThrow("could not be dealt with: 1");
  expect((await world.get(fine.id)).state).toBe("provisioned");
  expect(output.lines()).toContainEqual(expect.objectContaining({ message: "sweeper failed", reference: broken.reference }));
  expect(output.text()).not.toMatch(/example\.com/);
});
