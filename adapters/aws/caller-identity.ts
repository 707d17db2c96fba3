import type { ClientOptions } from "./client";
import { formQuery, inXml, sts } from "./form-query";

/** The identity of the caller, as AWS knows it. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account?: string | undefined;
  readonly arn?: string | undefined;
}

/** Asks AWS who calls; no permission is needed. Throws AwsError. */
export async function callerIdentity(access: ClientOptions, signal: AbortSignal): Promise<CallerIdentity> {
  const answer = await formQuery(sts, access, { Action: "GetCallerIdentity", Version: "2011-06-15" }, signal);
  return { account: inXml(answer, "Account"), arn: inXml(answer, "Arn") };
}
