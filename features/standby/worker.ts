import type { APIGatewayProxyResultV2 } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { readErrorTrace } from "../../adapters/report";
import { toItem } from "../../adapters/tables/item";
import { batchGet } from "../../adapters/tables/table";
import type { World } from "../../adapters/world";
import { within } from "../../engine/sign-up/time";

/** If a sign-up's read takes longer, the sign-up is practically lost. */
const READ_LIMIT_MS = 2_000;
/** For this time, calls get the last answer without a new read, because anybody may call this function at any rate. */
const ANSWER_LASTS_MS = 1_000;

/** Reads the access list, as a sign-up's steps do. */
export function healthHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const everyone = { tableName: requireVariable(environment.accessListTable, settings), key: toItem({ entry: "*" }) };
  void tables.warm();
  let last: { readonly at: number; readonly answer: APIGatewayProxyResultV2 } | undefined;

  async function look(): Promise<APIGatewayProxyResultV2> {
    try {
      await within(READ_LIMIT_MS, clock, (signal) => batchGet(tables, [everyone], { signal }));
      return { statusCode: 200, headers: { "Cache-Control": "no-store" }, body: "ok" };
    } catch (error) {
      log.warn("not healthy", readErrorTrace(error));
      return { statusCode: 503, headers: { "Cache-Control": "no-store" }, body: "not now" };
    }
  }

  return composeHandler({ log }, async (): Promise<APIGatewayProxyResultV2> => {
    if (last !== undefined && clock.now() - last.at < ANSWER_LASTS_MS) return last.answer;
    const answer = await look();
    last = { at: clock.now(), answer };
    return answer;
  });
}
