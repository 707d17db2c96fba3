import { join } from "node:path";
import { findThrownPlace, IN_CODE } from "../../../adapters/report";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { appRoot } from "../../../lib/app-root";
import type { PolicyStep } from "../../../lib/policy-folder/policy-folder";
import { placeAtSource, sourceMapOfVersion } from "../../../lib/resources/source-map";

const CDK_OUTPUT = "cdk.out";

export interface ThrownAt {
  readonly error: string;
  /**
   * The place in the source, for example `policy/before-create-user.ts:5:18`. Without a source map, it is the place in the function's
   * bundled code.
   */
  readonly place: string;
  readonly missing?: string;
}

/** Finds the place in the policy. Without a source map in the CDK's output, builds one if the local policy is the deployed version. */
export async function thrownAt(
  { thrown, policyVersion }: DecisionRecord,
  policyStep: PolicyStep | undefined,
  output = join(appRoot, CDK_OUTPUT),
): Promise<ThrownAt | undefined> {
  const place = thrown && findThrownPlace(thrown);
  if (thrown === undefined || place === undefined) return undefined;
  const { error, at } = thrown;
  if (!IN_CODE.test(place)) return { error, place };
  const map = sourceMapOfVersion(output, policyVersion) ?? (policyStep && (await rebuilt(policyStep, policyVersion)));
  if (map !== undefined) return { error, place: findThrownPlace({ at: at.map((line) => placeAtSource(map, line)) }) ?? place };
  return {
    error,
    place,
    missing:
      `Its source map is not here. Check out what was deployed as policy version ${policyVersion} and try again, ` +
      `or copy asset.${policyVersion}….map from cdk.out on the machine that deployed it into ${CDK_OUTPUT}.`,
  };
}

/** Imports the build tools only when they are needed, because they load slowly. */
async function rebuilt(policyStep: PolicyStep, version: string) {
  const { rebuiltMap } = await import("./rebuilt-map");
  return await rebuiltMap(policyStep, version);
}
