import { beforeCreateUser } from "entra-gatehouse";
import { who } from "./who";

export default beforeCreateUser([...who]);
