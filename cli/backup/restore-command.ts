import { type Command, Option } from "commander";
import { tables } from "../../adapters/tables/tables";
import { type CommandContext, withDeployment, withExamples, withPairs, withTableNames } from "../command";

/** `entra-gatehouse restore`. */
export function register(restore: Command, session: CommandContext): void {
  const ofBackups = ["--passphrase-file", "--identity", "--another-stack", "--another-key"];
  withPairs(
    withDeployment(restore),
    ofBackups.map((option) => ({ option, not: "--from-table" })),
  );
  withExamples(restore, [
    "restore gatehouse-2026-11-20.backup --dry-run",
    "restore s3://contoso-backups/gatehouse/2026-11-20.backup --passphrase-file passphrase.txt --with-secrets",
    "restore gatehouse.backup --table accessList profiles",
    "restore --from-table list-restored --table accessList",
  ])
    .description(
      "Restores the rows of a backup. It first reads the whole backup and shows what it would write; it adds what is missing, and keeps rows that are newer or differ. " +
        "If it is interrupted, repeat the same command to continue.",
    )
    .argument("[from]", "a file, or s3://bucket/key")
    .option("--from-table <name>", "restore from this table instead, such as point-in-time recovery makes; needs --table")
    .addOption(withTableNames(new Option("--table <names...>", "only these tables (default: all)"), Object.keys(tables)))
    .option("--passphrase-file <file>", "the passphrase that the backup was encrypted with")
    .option("--identity <file>", "the secret key of age that the backup was encrypted for, as age-keygen writes it")
    .option("--overwrite", "also write over rows that are newer or differ")
    .option("--with-secrets", "also restore the secrets in the backup: connectors and hashes use them again")
    .option("--another-stack", "the backup may be of another stack")
    .option("--another-key", "the backup may use another key of hashes: people are then not found in its rows")
    .option("--dry-run", "check the backup, show what would be written, and write nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nWith --dry-run: 2 if there is something to restore.")
    .action(async (from, options) => (await import("./restore")).restore(from, options, session));
}
