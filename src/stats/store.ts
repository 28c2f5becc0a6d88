/** All SQL of this room, by what it is for. */
export * from './store/now.ts'
export * from './store/read.ts'
export * from './store/roll.ts'
export * from './store/stock.ts'
