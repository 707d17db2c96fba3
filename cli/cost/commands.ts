import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withSince } from "../command";
import { priceList } from "./prices";

/** `entra-gatehouse cost`. */
export function register(cost: Command, session: CommandContext): void {
  withExamples(withSince(withDeployment(cost), "from then on, at most 455d back", "30d"), [
    "cost",
    "cost --since 7d --region eu-west-1 --profile production",
    "cost --stage test --json",
    "cost --local",
  ]);
  cost
    .description(
      "Shows what a deployment costs, part by part: what CloudWatch counted and the stack has, at list prices.\n" +
        "A running npm start costs nothing: with --local, the sign-ups that it keeps are priced as if AWS had served them.",
    )
    .addHelpText(
      "after",
      `\nPrices: ${priceList.region}, ${priceList.asOf}. CloudWatch takes a cent for each thousand metrics that it is asked for: about 100 a run.`,
    )
    .action(async (options) => (await import("./cost")).cost(options, session));
}
