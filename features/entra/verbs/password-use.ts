import { UNSEEN_PASSES_MS } from "../../../adapters/aws/credentials";
import { createCredentialsSecret } from "../../../cli/aws/gate-credentials";
import type { Deployment } from "../../../cli/deployment";
import type { Finding } from "../../../cli/graph/access";
import { isDrill } from "../../../engine/sign-up/drill";
import type { Step } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { decisionStore } from "../../decisions/store/decisions";

/** Records of calls may be gone after this time. If the password is older, no step is reported for lack of a recorded call. */
const TOLD_MS = 14 * MS_PER_DAY;
const RECORDS = 1_000;

/** Graph masks the password, so only calls show which password a connector has. @param steps whose connector uses a password */
export async function passwordFindings(
  deployment: Deployment,
  steps: readonly Step[],
  gate: string | undefined,
): Promise<readonly Finding[]> {
  if (steps.length === 0) return [];
  const secret = createCredentialsSecret(deployment);
  const { madeAt, hasPrevious, notSeenAt } = await secret.read(steps.map(deployment.pathOf));
  // While the gate may accept the previous password, `notSeenAt` lists the paths at which no call has shown the current password.
  const areNoted = hasPrevious && Date.now() - madeAt.getTime() < UNSEEN_PASSES_MS;
  const unseen = areNoted
    ? steps.filter((step) => notSeenAt.includes(deployment.pathOf(step)))
    : await judgeWithoutCall(deployment, steps, { gate, since: madeAt });
  const madeTime = madeAt.toISOString();
  const pendingFindings = unseen.map(async (step): Promise<Finding> => {
    const { previousSeenAt } = areNoted ? await secret.read([deployment.pathOf(step)]) : {};
    const finding =
      previousSeenAt === undefined
        ? `No call has reached ${step} since the gate's password was made (${madeTime}), and Graph hides the password`
        : `Calls at ${step} still show the previous password, last at ${previousSeenAt.toISOString()}; none has shown the current one, made at ${madeTime}`;
    return { finding, fix: "entra apply --credentials, then sign up once" };
  });
  return await Promise.all(pendingFindings);
}

async function judgeWithoutCall(
  { dynamodb, decisionsTable }: Deployment,
  steps: readonly Step[],
  { gate, since }: { readonly gate: string | undefined; readonly since: Date },
): Promise<readonly Step[]> {
  const now = new Date();
  if (now.getTime() - since.getTime() > TOLD_MS) return [];
  const remainingSteps = new Set(steps);
  let count = 0;
  for await (const page of decisionStore(dynamodb, decisionsTable, () => undefined).between(since, now)) {
    const calls = page.filter((each) => each.source !== "external-tenant" && each.gate === gate);
    for (const { step, email } of calls) if (email === undefined || !isDrill({ email })) remainingSteps.delete(step);
    count += page.length;
    if (remainingSteps.size === 0 || count >= RECORDS) break;
  }
  return [...remainingSteps];
}
