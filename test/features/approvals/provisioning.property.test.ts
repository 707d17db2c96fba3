import fc from "fast-check";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { LEASE_MS, provisionRequest } from "../../../features/approvals/provisioning";
import { type ApprovalRequest, type ApprovalState, requestId, type Stored } from "../../../features/approvals/request";
import { stateAt } from "../../../features/approvals/state-at";
import { approve, deny, expire, reopen, retry, submit } from "../../../features/approvals/transitions";
import { hashOf, person } from "../../engine/sign-up/people";
import { captureOutput } from "../../lambda/invoke";
import { mortal, toolsOn } from "../../lambda/mortal-worker";
import { runs } from "../../support/runs";
import { alice, asking, DAY, HOUR, MINUTE } from "./requests";
import { type ApprovalWorld, startApprovalWorld } from "./worker/approval-world";

// The worker as deployed runs on the stand-in, which holds it to what is documented.

const numRuns = runs(10, 60);
let count = 0;

/** One of each way to an account, and one whom Graph refuses. Nobody has seen them yet. */
function people(): readonly SignUp[] {
  const run = count++;
  const google = (id: string) => [{ signInType: "federated", issuer: "google.com", issuerAssignedId: `${id}-${run}` }];
  return [
    person({ email: `social-${run}@example.com`, identities: google("social"), attributes: { displayName: "Mina" } }),
    person({ email: `entra-${run}@example.com`, identities: [], attributes: { displayName: "Jonas" } }),
    person({ email: `refused-${run}@example.com`, identities: google("refused"), attributes: { displayName: "Forbidden" } }),
  ];
}

const sayings = { approve, deny, reopen, retry };
const who = fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 2);
const deed = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("ask" as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("approve" as const, "approve" as const, "approve" as const, "deny" as const, "reopen" as const, "retry" as const),
      who,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("work" as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("die" as const),
      who,
      step: fc.integer({ min: 1, max: 10 }),
      moment: fc.constantFrom("before" as const, "after" as const),
    }),
  },
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;
/** What happens at the same time, and how long nothing does after it: a lease is over, or is not. */
const scene = fc.record({
  deeds: fc.array(deed, { minLength: 1, maxLength: 3 }),
  pause: fc.constantFrom(0, 1_000, MINUTE, LEASE_MS + 1_000, HOUR, 15 * DAY),
});

async function doIt(world: ApprovalWorld, deed: Deed, signUp: SignUp): Promise<void> {
  const id = requestId(signUp, hashOf);
  const now = new Date();
  if (deed.do === "ask") await world.store.change(id, (stored) => submit(stored, asking({ signUp }), now));
  else if (deed.do === "work") await provisionRequest(id, toolsOn(world));
  else if (deed.do !== "die") await world.store.change(id, (stored) => sayings[deed.do](stored, { by: alice }, now));
  else {
    const { tools, died } = mortal(world, deed.step, deed.moment);
    await provisionRequest(id, tools).catch((error) => {
      if (!died()) throw error;
    });
  }
}

const wasApproved = (request: Stored) => request?.history.some(({ to }) => to === "approved") ?? false;

describe.each([
  { given: "finds new accounts at once", searchLagMs: 0 },
  { given: "finds new accounts after ten minutes", searchLagMs: 10 * MINUTE },
])("Gatehouse with a Graph that $given", ({ searchLagMs }) => {
  let world: ApprovalWorld;
  beforeAll(async () => {
    world = await startApprovalWorld({ searchLagMs });
  });
  afterAll(() => world.close());

  it("makes at most one account per approved person and loses nobody, in any order of requests, workers and crashes", async () => {
    const output = captureOutput();
    const reached = new Set<ApprovalState>();
    const accountsOf = ({ email }: SignUp) => world.graph.accounts().filter(({ mail }) => mail === email);
    async function expectSound(signUp: SignUp): Promise<ApprovalRequest | undefined> {
      const request = await world.store.get(requestId(signUp, hashOf));
      if (request !== undefined) reached.add(request.state);
      expect(accountsOf(signUp).length).toBeLessThanOrEqual(wasApproved(request) && signUp.attributes.displayName !== "Forbidden" ? 1 : 0);
      return request;
    }
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(scene, { minLength: 6, maxLength: 16, size: "max" }), async (scenes) => {
          const crowd = people();
          // Most have asked: else little would come of the rest.
          for (const each of crowd.slice(1)) await doIt(world, { do: "ask", who: 0 }, each);
          for (const { deeds, pause } of scenes) {
            await Promise.all(deeds.map((each) => doIt(world, each, crowd[each.who] as SignUp)));
            world.pass(pause);
            for (const signUp of crowd) {
              if (pause > DAY) await world.store.change(requestId(signUp, hashOf), (stored) => expire(stored, new Date()));
              await expectSound(signUp);
            }
          }
          for (const signUp of crowd) {
            // Sweeper comes round, and the lease of whoever died is over.
            for (let round = 0; round < 3; round++) {
              world.pass(HOUR);
              await provisionRequest(requestId(signUp, hashOf), toolsOn(world));
            }
            const request = await expectSound(signUp);
            if (request === undefined) continue;
            expect(["approved", "provisioning"]).not.toContain(stateAt(request, new Date()));
            if (request.state !== "provisioned") continue;
            expect(accountsOf(signUp).map(({ id }) => id)).toEqual([request.account?.id]);
          }
        }),
        { numRuns },
      );
    } finally {
      output.release();
    }
    expect([...reached].sort()).toEqual(["approved", "denied", "expired", "failed", "pending", "provisioned", "provisioning"]);
    expect(output.text()).not.toMatch(/@example\.com/);
  });
});
