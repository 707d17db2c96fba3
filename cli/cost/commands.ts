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
      "Shows what a deployment costs, part by part: what CloudWatch counted and what the stack has, at list prices.\n" +
        "npm start costs nothing: with --local, its recorded sign-ups are priced as if AWS had served them.",
    )
    .addHelpText(
      "after",
      `\nPrices: ${priceList.region}, ${priceList.asOf}. CloudWatch charges a cent for each thousand metrics that it reads: a run reads about 100.`,
    )
    .action(async (options) => (await import("./cost")).cost(options, session));
}
