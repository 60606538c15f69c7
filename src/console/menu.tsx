/** The menu beside every page: what the reader has use for by his roles, in groups. */
import { addressOf, follow, GROUPS, type Path, pagesOf } from './navigation.ts'
import { usePreferences } from './preferences.ts'
import { useSession } from './session.ts'

interface MenuProps {
  /** On a narrow screen it is shown only when asked for. */
  readonly open: boolean
  readonly current: Path
  onFollowed(): void
}

export function Menu({ open, current, onFollowed }: MenuProps) {
  const { texts } = usePreferences()
  const { roles } = useSession().session
  const groups = GROUPS.map((group) => [group, pagesOf(group, roles)] as const)
  return (
    <nav id="menu" className={open ? 'menu open' : 'menu'} aria-label={texts.menuLabel}>
      {groups
        .filter(([, paths]) => paths.length > 0)
        .map(([group, paths]) => (
          <section key={group}>
            <h2>{texts.groups[group]}</h2>
            {paths.map((path) => (
              <a
                key={path}
                href={addressOf(path)}
                aria-current={path === current ? 'page' : undefined}
                onClick={(event) => {
                  follow(event, path)
                  onFollowed()
                }}
              >
                {texts.menu[path]}
              </a>
            ))}
          </section>
        ))}
    </nav>
  )
}
