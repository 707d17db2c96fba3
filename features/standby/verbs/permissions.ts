import { look, onTables, resources, secretsSeen, tablePlaces } from "../../../cli/permissions";

export const permissions = [look("backup standby", resources, onTables(tablePlaces, "DescribeTable"), secretsSeen)];
