import { beforeCreateUser, permittedValue } from "entra-gatehouse";

export default beforeCreateUser([permittedValue("extension_Code", { case: "exact" })]);
