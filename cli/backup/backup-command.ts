import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples } from "../command";

/** `entra-gatehouse backup`. */
export function register(backup: Command, session: CommandContext): void {
  withExamples(withDeployment(backup), [
    "backup gatehouse-2026-11-20.backup",
    "backup s3://contoso-backups/gatehouse/2026-11-20.backup --passphrase-file passphrase.txt --with-secrets",
    "backup gatehouse.backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudya7a0qvf6gu9 --stage production",
  ])
    .description(
      "Writes all rows of all tables to a file or to S3, compressed and, if you ask for it, encrypted with age. It writes the whole backup or nothing.",
    )
    .argument("<to>", "a file, or s3://bucket/key")
    .option("--passphrase-file <file>", "encrypt with the passphrase in this file")
    .option("--recipient <keys...>", "encrypt for these keys of age (age1…); repeatable")
    .option("--with-secrets", "also back up the stack's secrets: passwords and the key of hashes; needs encryption")
    .option("--force", "overwrite what is there")
    .action(async (to, options) => (await import("./backup")).backup(to, options, session));
}
