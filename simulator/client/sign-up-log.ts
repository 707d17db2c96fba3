import type { SignUpResult } from "./sign-up";
import type { StepVisit } from "./visit";

/** A line of an external tenant's log of sign-ups: a selfServiceSignUp of Graph's beta version. */
export interface LogLine {
  readonly correlationId: string;
  readonly createdDateTime: string;
  readonly appId: string;
  readonly signUpStage: string;
  readonly [property: string]: unknown;
}

/** Path at which the simulator, which plays Entra, adds lines to the log of Graph's stand-in. Graph has no such path. */
export const LOG_PATH = "/simulator/signUps";

/** Error codes. Source: "Troubleshoot your custom authentication extension". */
const errorCodes = { unexpected: 1003000, status: 1003002, unreadable: 1003003, timeout: 1003005, connection: 1003027 } as const;
/** The code for a person who was stopped. It is made up, because Entra's pages do not document the real code. */
const STOPPED = 1;

/**
 * Builds an external tenant's log of a sign-up, oldest line first. The log is empty if no extension was called before the account was
 * created.
 */
export function buildSignUpLog({ visits, outcome }: SignUpResult, now: Date): readonly LogLine[] {
  const stepVisits = visits.filter(({ step }) => step !== "before-sending-token");
  const [first] = stepVisits;
  if (first?.tenant !== "external-tenant") return [];
  const { correlationId, clientServicePrincipal } = (first.request as { readonly data: { readonly authenticationContext: Context } }).data
    .authenticationContext;
  const { appId, appDisplayName } = clientServicePrincipal;
  const isMade = outcome === "created" || outcome === "no-token";
  const line = (signUpStage: string, errorCode: number, listeners: readonly object[] = []): LogLine => ({
    appDisplayName,
    appId,
    correlationId,
    createdDateTime: now.toISOString(),
    signUpStage,
    appliedEventListeners: listeners,
    status: { errorCode, failureReason: null, additionalDetails: null },
  });
  return [
    line("credentialCollection", 0),
    line("attributeCollectionAndValidation", isMade ? 0 : STOPPED, stepVisits.map(buildAppliedListener)),
    ...(isMade ? [line("userCreation", 0)] : []),
  ];
}

interface Context {
  readonly correlationId: string;
  readonly clientServicePrincipal: { readonly appId: string; readonly appDisplayName: string };
}

/**
 * `eventType` is `unknownFutureValue`: Graph returns the real event only to requests with a special header, which Gatehouse does not send.
 */
function buildAppliedListener(visit: StepVisit): object {
  const { attempts, request } = visit;
  const { customAuthenticationExtensionId } = (request as { readonly data: Readonly<Record<string, unknown>> }).data;
  const handlerResult = {
    "@odata.type": "#microsoft.graph.customExtensionCalloutResult",
    customExtensionId: customAuthenticationExtensionId,
    errorCode: findErrorCode(visit),
    httpStatus: attempts.at(-1)?.answer?.status ?? 0,
    numberOfAttempts: attempts.length,
  };
  return { eventType: "unknownFutureValue", handlerResult };
}

function findErrorCode({ attempts, page }: StepVisit): number {
  if (page.kind !== "error") return 0;
  const last = attempts.at(-1);
  if (last?.failure === "timeout") return errorCodes.timeout;
  if (last?.answer === undefined) return errorCodes.connection;
  if (last.answer.status !== 200) return errorCodes.status;
  return last.answer.unreadable === undefined ? errorCodes.unexpected : errorCodes.unreadable;
}
