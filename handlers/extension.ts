import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { requireVariable } from "../adapters/aws/environment";
import type { StepWorld } from "../adapters/world";
import type { Policy } from "../engine/sign-up/policy";
import type { Step } from "../engine/sign-up/sign-up";
import type { AskDirectory } from "../features/external-tenant/account";
import { customExtension } from "../features/external-tenant/extension";
import { extensionVariables } from "../features/external-tenant/extension-caller";
import { stepHandler } from "./sign-up";
import type { DecidingParts, StepDefinition } from "./step/step";

type Event = Parameters<ReturnType<typeof customExtension>["call"]>[0];

interface ExtensionParts<Part> {
  /** Required for every step that can stop somebody. */
  readonly decidingParts?: DecidingParts;
  /** Absent without the consent of the tenant's administrator. */
  readonly accounts?: (world: Part) => AskDirectory;
  /** Stores an account when its first token is issued. */
  readonly arrivals?: (world: StepWorld) => StepDefinition<Event>["arrival"];
}

/** Returns the handler for an external tenant's HTTP API, which has checked the caller's token. */
export function extensionHandler<Part = unknown>(policy: Policy<Step>, { decidingParts, accounts, arrivals }: ExtensionParts<Part> = {}) {
  return (world: StepWorld & Part): ((event: Event, context: Context) => Promise<APIGatewayProxyResult>) => {
    const { settings } = world;
    const dialect = customExtension(
      {
        tenantId: requireVariable(extensionVariables.externalTenant, settings),
        addressAttribute: settings[extensionVariables.addressAttribute],
      },
      {
        audience: requireVariable(extensionVariables.extensionAudience, settings),
        testCaller: settings[extensionVariables.extensionTestCaller],
        accounts: settings[extensionVariables.accountTracing] === undefined ? undefined : { ask: accounts?.(world) },
      },
    );
    return stepHandler({ dialect, policy, decidingParts, arrival: arrivals?.(world) }, world);
  };
}
