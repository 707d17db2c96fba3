import type { Command } from "commander";
import { type CommandContext, deploymentVerb, wholeNumberFromZero, withLimit, withPairs } from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { changeFilters } from "../filters";

const DEFAULT_LIMIT = 50;

export function register(audit: Command, session: CommandContext): void {
  const list = deploymentVerb(audit, "list", "who changed what, the newest first", [
    "",
    "--day 2026-11-20 --by outside",
    "--entry contoso.com",
    "--person kim@contoso.com --json",
  ]);
  withLimit(withFilters(list, changeFilters), DEFAULT_LIMIT)
    .description("Lists changes, exports and sign-ins, the newest first. `outside` is the AWS console or the AWS API.")
    .option("--day <day>", "of that day in UTC: 2026-11-20")
    .option("--person <person>", "about a person: an address in any spelling, or issuer:google.com/1184")
    .option("--before <number>", "older than that entry")
    .action(async (options) => (await import("./list")).listAudit(options, session));

  deploymentVerb(audit, "show", "one entry, with the row before and after", ["42"])
    .description("Shows one entry: who, what, the row before and after, and whether the trail holds around it.")
    .argument("<number>", "as audit list shows it")
    .action(async (number, options) => (await import("./list")).showAudit(number, options, session));

  const verify = deploymentVerb(audit, "verify", "whether anything in the trail is missing or altered", [
    "",
    "--from 2026-11-01 --to 2026-11-20",
    "--from 1000 --to 2000 --json",
    "--head 42:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "--archive s3://contoso-audit",
  ]);
  withPairs(verify, [{ option: "--keep-days", needs: "--archive" }])
    .description(
      "Walks over the trail and names the first entry that is missing or altered; ends with 2 if there is one.\n" +
        "It prints the last entry's number and hash. Keep them elsewhere, and pass them as --head later: then it also shows whether entries were cut off the end.\n" +
        "With --archive it compares the trail with what its archive holds (the option auditArchive, the output AuditArchiveUrl).",
    )
    .option("--from <where>", "a day in UTC or an entry's number (default: the first)")
    .option("--to <where>", "a day in UTC or an entry's number, included (default: the last)")
    .option("--head <number:hash>", "what an earlier run printed: that entry must still be there")
    .option("--archive <place>", "the archive, s3://bucket, or a file or folder with a copy of its objects")
    .option("--keep-days <days>", "for how long the archive keeps entries (default: as the bucket says)", wholeNumberFromZero)
    .action(async (options) => (await import("./verify")).verifyAudit(options, session));
}
