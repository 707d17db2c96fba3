import { beforeCreateUser, format, trim } from "entra-gatehouse";

export default beforeCreateUser([format({ city: trim })]);
