import { dynamodb } from "../../../adapters/aws/client";
import { GATES_OUTPUT, gatesOfStack } from "../../../adapters/aws/deployment-name";
import { placeFlags } from "../../../cli/command";
import { deploymentFor, findInstance } from "../../../cli/deployment";
import { typedRows } from "../../../cli/typed-rows";
import { inStack, onMachine } from "./check";

/** Checks rows typed by hand, for deployed tables. */
export const typedChecks = typedRows.map(({ name, faults }) =>
  inStack(name, async (stack, { options }) => {
    const [decisions, accessList] = [stack.output("DecisionsTable"), stack.output("AccessListTable")];
    // The check `stack` reports if it is not a Gatehouse.
    if (decisions === undefined || accessList === undefined) return { skipped: "the stack names no table of decisions" };
    const gates = gatesOfStack(stack.output(GATES_OUTPUT));
    return await faults({
      client: stack.account.client(dynamodb),
      decisions,
      accessList,
      gates,
      now: new Date(),
      flags: placeFlags(options),
    });
  }),
);

/** The same of a running npm start. */
export const localTypedChecks = typedRows.map(({ name, faults }) =>
  onMachine(name, async ({ options }) => {
    if (findInstance(options) === undefined) return { skipped: "none is running" };
    const { dynamodb: client, decisionsTable: decisions, accessListTable: accessList, gates } = await deploymentFor(options);
    return await faults({ client, decisions, accessList, gates, now: new Date(), flags: placeFlags(options) });
  }),
);
