import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { sdkLimits } from "./sdk";

const ANSWER_MS = 2_000;

/** Throws the SDK's errors. */
export async function readTemplateMetadata(
  client: Pick<CloudFormationClient, "send">,
  StackName: string,
  abortSignal?: AbortSignal,
): Promise<unknown> {
  const { GetTemplateSummaryCommand } = await import("@aws-sdk/client-cloudformation");
  const { Metadata = "{}" } = await client.send(new GetTemplateSummaryCommand({ StackName }), { abortSignal });
  return JSON.parse(Metadata);
}

/** Loads the SDK when a page first needs it: few pages do. */
export function awsTemplates(): { templateMetadata(stack: string): Promise<unknown> } {
  return {
    async templateMetadata(stack) {
      const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
      return await readTemplateMetadata(new CloudFormationClient(sdkLimits), stack, AbortSignal.timeout(ANSWER_MS));
    },
  };
}
