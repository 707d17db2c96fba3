// Runs an embedded DynamoDB in its own process, with its data in the given folder. Prints its port, and reports its processor time on
// request.

import type { AddressInfo } from "node:net";
import { embeddedDynamodb } from "../local/aws/dynamodb/embedded";
import { cpuSeconds } from "./database-process";

const server = embeddedDynamodb({ path: process.argv[2] as string, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
process.on("message", () => process.send?.(cpuSeconds()));
