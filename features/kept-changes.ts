import type { AwsClient } from "../adapters/aws/client";
import { keptChanges } from "./access-list/store/kept-changes";
import type { KeptChanges } from "./audit/row-proof";

/** Features' own records of row changes, besides the trail. A feature has its line here. */
export const changesOnRecord: readonly ((client: AwsClient, listChanges: string) => AsyncIterable<KeptChanges>)[] = [keptChanges];
