import {
  type DescribedStream,
  type EventSource,
  findStreamFault,
  functionName,
  type StreamFault,
  streamTable,
} from "../../../adapters/aws/functions";
import { tables } from "../../../adapters/tables/tables";
import type { DeployedResource, Stack } from "../../../cli/aws/stack";
import type { Fault } from "../../../cli/failure";
import { nothingWrong } from "../../../cli/probe";
import { inStack, joinFaults } from "./check";

interface Mapping {
  readonly uuid: string;
  /** The function that the stack connects to the stream. */
  readonly reader: string;
  /** The stream of the mapping. Undefined if the mapping no longer exists. */
  readonly stream: string | undefined;
  readonly source: EventSource | undefined;
}

/** Skips disabled mappings, such as those of a standby region. */
export const streamsCheck = inStack("streams", async (stack, _, signal) => {
  const all = await stack.resources("AWS::Lambda::EventSourceMapping");
  // Only mappings of streams have a starting position. Mappings of queues are left out.
  const mappings = all.filter(({ properties }) => properties.StartingPosition !== undefined && properties.Enabled !== false);
  return await joinFaults(mappings.map((mapping) => mappingFaults(stack, mapping, signal)));
});

async function mappingFaults(stack: Stack, resource: DeployedResource, signal: AbortSignal): Promise<readonly Fault[]> {
  const mapping = await readMapping(stack, resource, signal);
  const { reader, stream, source } = mapping;
  if (stream === undefined) return [toFault(stack, mapping, "reader-gone")];
  const { Table } = await stack.account.tables.call<{ Table: DescribedStream }>(
    "DescribeTable",
    { TableName: streamTable(stream) },
    signal,
  );
  const fault = findStreamFault(stream, Table, source?.function === reader ? [source] : []);
  return fault === undefined ? nothingWrong : [toFault(stack, mapping, fault, Table.LatestStreamArn)];
}

async function readMapping(stack: Stack, { physicalId, properties }: DeployedResource, abortSignal: AbortSignal): Promise<Mapping> {
  const { GetEventSourceMappingCommand, LambdaClient, ResourceNotFoundException } = await import("@aws-sdk/client-lambda");
  const { Ref } = properties.FunctionName as { readonly Ref?: string };
  const functions = await stack.resources("AWS::Lambda::Function");
  const reader = functions.find(({ logicalId }) => logicalId === Ref)?.physicalId ?? "";
  try {
    const get = new GetEventSourceMappingCommand({ UUID: physicalId });
    const { EventSourceArn, FunctionArn = "", State = "" } = await new LambdaClient(stack.account.sdk).send(get, { abortSignal });
    return { uuid: physicalId, reader, stream: EventSourceArn, source: { function: functionName(FunctionArn), state: State } };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { uuid: physicalId, reader, stream: undefined, source: undefined };
    throw error;
  }
}

function toFault(stack: Stack, { uuid, reader, stream = "" }: Mapping, fault: StreamFault, latest = "ARN"): Fault {
  const table = streamTable(stream);
  const output = stack.outputOf(table);
  const name = Object.entries(tables).find(([, each]) => each.output === output)?.[0] ?? "NAME";
  const handIn = (arn: string) => `hand the table in with its stream, tables.${name}: "${arn}" in settings.ts, and run npx cdk deploy.`;
  const id = `streams.${fault}`;
  switch (fault) {
    case "stream-off": {
      const specification = "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES";
      const on = `aws dynamodb update-table --region ${stack.account.region} --table-name ${table} --stream-specification ${specification}`;
      const what = `The stream of the table ${table} is off, or lacks rows: ${reader} sees none of its changes, and will never see those made meanwhile.`;
      return { id, what, fix: `${on}, then ${handIn("the answer's LatestStreamArn")}` };
    }
    case "other-stream": {
      const what = `The table ${table} has another stream than the one that ${reader} follows: the table's stream was off, and ${reader} has missed the changes made meanwhile.`;
      return { id, what, fix: `Now ${handIn(latest)}` };
    }
    case "reader-gone": {
      const what = `${reader} no longer follows ${stream === "" ? `a stream through ${uuid}` : `the table ${table}`}: its event source mapping is not as the stack made it.`;
      return { id, what, fix: "Restore the mapping with a CloudFormation change set that reverts drift. docs/runbook.md#stream-unread" };
    }
    case "reader-off": {
      const what = `The event source mapping by which ${reader} follows the table ${table} is off.`;
      return { id, what, fix: `aws lambda update-event-source-mapping --region ${stack.account.region} --uuid ${uuid} --enabled` };
    }
  }
}
