/** An Aqua program for the demo's network: `post` is honest; `raise` claims to be an admin itself. */
export const POST_PROGRAM = `aqua Post

export post, raise

data Status:
  is_admin: bool

service Auth("authSrv"):
  get_status() -> Status

service Blog("blogSrv"):
  add_post(text: string, is_admin: bool) -> u32

func post(text: string, auth: string, blog: string, log: string -> ()) -> u32:
  log(text)
  on auth:
    status <- Auth.get_status()
  on blog:
    n <- Blog.add_post(text, status.is_admin)
  <- n

func raise(text: string, blog: string) -> u32:
  on blog:
    n <- Blog.add_post(text, true)
  <- n
`;
