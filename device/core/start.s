; Start-up of the core runtime: vectors, the two code addresses of protocol/mailbox.ts, the room of the mailbox, and
; what cannot be said in the kernel language: the stack pointer and the way out of an interrupt.
; Everything else is main.ts, arguments.ts, outbound.ts and traps.ts.

        .text
        .global vectors
vectors:
        b.l     reset                   ; 0x00 SYNC
        b.l     software_exception      ; 0x04
        b.l     memory_fault            ; 0x08
        b.l     ignore                  ; 0x0c timer 0
        b.l     ignore                  ; 0x10 timer 1
        b.l     ignore                  ; 0x14 message
        b.l     ignore                  ; 0x18 DMA 0
        b.l     ignore                  ; 0x1c DMA 1
        b.l     ignore                  ; 0x20 WAND
        b.l     ignore                  ; 0x24 USER: to wake is all it has to do

; RESTART_ADDRESS
        .global restart
restart:                                ; 0x28
        b.l     fresh_main
        nop                             ; 0x2c
        nop

; SLEEP_ADDRESS. An interrupt that is latched when GIE executes must not be served between GIE and IDLE: the sleep
; would miss it. A GIE at a multiple of 8 with an IDLE behind it is recognised one instruction later, inside the IDLE,
; which then ends.
        .global sleep
sleep:                                  ; 0x30
        gie
        idle
        rts
        nop
        nop
        nop
        nop                             ; 0x3e

        .global mailbox
mailbox:                                ; 0x40 ... 0x1ef: protocol/mailbox.ts
        .space  0x1b0

ignore:                                 ; touches no register and no flag
        rti

; The first start and every SYNC: leaves the interrupt level, then starts anew.
reset:
        mov     r0, %low(boot)
        movts   iret, r0
        rti
boot:
        mov     r0, 0x1f8               ; SYNC, software exception, memory fault and USER come through
        movts   imask, r0
        bl      fresh
        bl      main.boot
fresh_main:
        bl      fresh
        b.l     main.run

; An empty stack, float mode with rounding to nearest even, no hardware loop, interrupts on. Changes r3.
fresh:
        gid
        mov     r3, 0x44                ; STACK_TOP_ADDRESS
        ldr     sp, [r3]
        mov     r3, 0
        movts   lc, r3
        movt    r3, 0x0040
        movts   config, r3
        gie
        rts

; Jumped to by failed checks: site in r0, operands in r1 and r2.
        .global traps.raise
traps.raise:
        bl      fresh
        b.l     traps.check

; EXCAUSE in r0, the address behind the instruction in r1.
software_exception:
        movfs   r0, status
        lsl     r0, r0, 12
        lsr     r0, r0, 28
        movfs   r1, iret
        mov     r2, %low(exception_left)
        movts   iret, r2
        rti
exception_left:
        bl      fresh
        b.l     traps.exception

memory_fault:
        movfs   r0, memstatus
        movfs   r1, iret
        mov     r2, %low(memory_fault_left)
        movts   iret, r2
        mov     r2, 0                   ; the next fault shall be told from this one
        movts   memstatus, r2
        rti
memory_fault_left:
        bl      fresh
        b.l     traps.memoryFault
