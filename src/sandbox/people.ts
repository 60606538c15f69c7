/**
 * Twelve synthetic people against whom the sandbox matches for real, so that all sixteen
 * combinations of right and wrong elements need no magic. Nobody lives behind these numbers: the
 * cards lie in an unassigned range, the names and numbers are made up.
 */
export interface Person {
  readonly name: string
  readonly idNumber: string
  readonly cardNumber: string
  readonly mobile: string
  /** What the row is good for. */
  readonly note: string
}

export const PEOPLE: readonly Person[] = [
  {
    name: '王芳',
    idNumber: '110101199003071022',
    cardNumber: '6299991000000015',
    mobile: '13800138001',
    note: 'two characters, the commonest surname',
  },
  {
    name: '李伟',
    idNumber: '310101198512121131',
    cardNumber: '6299991000000023',
    mobile: '13900139002',
    note: 'two characters',
  },
  {
    name: '张秀英',
    idNumber: '440106197806152247',
    cardNumber: '6299991000000031',
    mobile: '13700137003',
    note: 'three characters',
  },
  {
    name: '欧阳娜娜',
    idNumber: '330102199901013163',
    cardNumber: '6299991000000049',
    mobile: '13600136004',
    note: 'compound surname',
  },
  {
    name: '阿依古丽·买买提',
    idNumber: '650102198808084426',
    cardNumber: '6299991000000056',
    mobile: '15800158005',
    note: 'one middle dot',
  },
  {
    name: '买买提·吐尔逊',
    idNumber: '653101197505055515',
    cardNumber: '6299991000000064',
    mobile: '15900159006',
    note: 'one middle dot',
  },
  {
    name: '扎西',
    idNumber: '540102199212126639',
    cardNumber: '6299991000000072',
    mobile: '18800188007',
    note: 'two characters, Tibet',
  },
  {
    name: '𠮷田丰',
    idNumber: '210202198103037754',
    cardNumber: '6299991000000080',
    mobile: '18900189008',
    note: 'a character outside the basic plane',
  },
  {
    name: '䶮小雨',
    idNumber: '230102200002028865',
    cardNumber: '6299991000000098',
    mobile: '17700177009',
    note: 'a character that old systems keep in private use',
  },
  {
    name: '司马相如',
    idNumber: '510104197007079974',
    cardNumber: '6299991000000106',
    mobile: '13500135010',
    note: 'compound surname',
  },
  {
    name: '刘〇',
    idNumber: '420106199511111187',
    cardNumber: '6299991000000114',
    mobile: '13400134011',
    note: 'the zero character',
  },
  {
    name: '迪丽热巴·迪力木拉提·艾合买提江',
    idNumber: '652301199206032291',
    cardNumber: '6299991000000122',
    mobile: '13300133012',
    note: 'two middle dots, sixteen characters',
  },
]
