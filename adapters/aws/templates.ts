import { CloudFormationClient, GetTemplateSummaryCommand } from "@aws-sdk/client-cloudformation";
import { sdkLimits } from "./sdk";

const ANSWER_MS = 2_000;

export function awsTemplates(): { templateMetadata(stack: string): Promise<unknown> } {
  const client = new CloudFormationClient(sdkLimits);
  return {
    async templateMetadata(StackName) {
      const abortSignal = AbortSignal.timeout(ANSWER_MS);
      const { Metadata = "{}" } = await client.send(new GetTemplateSummaryCommand({ StackName }), { abortSignal });
      return JSON.parse(Metadata);
    },
  };
}
